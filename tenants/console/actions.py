"""Opening a municipality together with its first manager."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from core.actor import Actor
from tenants.municipalities.actions import Opened, check_email, open_municipality
from tenants.municipalities.door import inside, outside
from tenants.people.actions import invite_staff
from tenants.people.duties import Duty


@dataclass(frozen=True, slots=True)
class OpenedWithManager:
    """What opening made, and the single-use link for its first manager."""

    opened: Opened
    invitation_url: str


def open_with_manager(code: str, slug: str, name: str, email: str, *, by: Actor, at: datetime) -> OpenedWithManager:
    """Open a municipality and invite its manager: both or neither."""
    check_email(email)
    with outside(), transaction.atomic():
        opened = open_municipality(code, slug, name)
        with inside(opened.municipality):
            _user, token = invite_staff(email, [Duty.MANAGER], by=Actor("operator", by.name), at=at)
    host = f"{slug}.{settings.ENV.base_host}"
    return OpenedWithManager(opened, settings.ENV.address(host, f"/invitation/{token}/"))
