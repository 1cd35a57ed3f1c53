"""Figures: each module has `run() -> dict`, measures real sizes and leaves nothing behind. `make bench` runs them all."""

MODULES = ("tenancy", "storefront", "redemption", "billing", "dispatch", "inbox", "settlement")
