"""Residents: signing up with separate consents, log-in, addresses, leaving."""
