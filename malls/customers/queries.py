"""Reads about residents."""

from typing import Any

from malls.customers.models import Consent, Resident


def resident_of(user: Any) -> Resident | None:
    """The resident behind a logged-in user; none for visitors, staff, and who has left."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Resident.objects.filter(user=user, left_at=None).first()


def agreements_of(resident: Resident) -> dict[str, Consent]:
    """The agreements in force, by kind."""
    return {one.kind: one for one in resident.consents.filter(withdrawn_at=None)}
