"""What each payee earned, and the statement that freezes it for a period."""
