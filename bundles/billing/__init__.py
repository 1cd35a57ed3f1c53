"""Turns due cycles into orders and charges, each resident apart from the others."""
