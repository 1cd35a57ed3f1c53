"""Composes the house: settings, addresses, background work, the command line. Imported by nothing."""
