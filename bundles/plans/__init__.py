"""Bundles, monthly editions frozen at publishing, and plans to subscribe to."""
