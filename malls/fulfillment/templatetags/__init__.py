"""Tags of the money desk."""
