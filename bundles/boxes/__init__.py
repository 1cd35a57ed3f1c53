"""What one cycle of one subscription will really hold: swaps, add-ons, and what happens when something is short."""
