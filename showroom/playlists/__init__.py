"""Playlists of scenes, edited in the CMS."""
