"""City-hall displays. Law: a screen never goes blank and never shows a price older than its limit."""
