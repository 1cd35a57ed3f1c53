"""Orders and their lines, frozen at placement."""
