"""Residents: accounts, addresses, consents."""
