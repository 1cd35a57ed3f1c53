"""Measuring: each module has `run() -> dict`, which opens what it needs and leaves nothing behind."""
