"""Charges and refunds through a provider: reserve, ask, record."""
