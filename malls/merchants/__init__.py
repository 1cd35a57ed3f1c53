"""Merchants: onboarding from the office's list, review, bank data, people."""
