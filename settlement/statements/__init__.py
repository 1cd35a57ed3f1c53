"""Payees, what they earn, and the statement that explains each payment. Law: what is closed never changes."""
