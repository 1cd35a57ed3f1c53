"""What residents are told: each fact once, never false, in the municipality's own words."""
