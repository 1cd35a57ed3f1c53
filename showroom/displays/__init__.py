"""Screens: pairing, player, heartbeat, what is on the glass."""
