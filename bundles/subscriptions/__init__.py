"""Residents' standing agreements and their cycles: subscribe, skip, pause, cancel."""
