"""What a new municipality has: settlement terms for everybody."""

from settlement.statements.actions import ensure_default_terms


def furnish() -> None:
    """Make sure there are terms."""
    ensure_default_terms()
