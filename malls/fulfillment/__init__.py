"""Shipments from the municipality's hub: pick, pack, ship, deliver."""
