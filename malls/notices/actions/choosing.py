"""Residents choose how they are told."""

from datetime import datetime

from core.actor import Actor
from malls.customers.models import Resident
from malls.notices.errors import NoPhoneMessages
from malls.notices.models import Choice, Letter, Way
from malls.notices.queries import has_phone_messages


def choose_way(resident: Resident, way: Way, *, at: datetime) -> Choice:
    """Be told this way from now on; refused where the mall sends no phone messages."""
    if way == Way.PHONE and not (has_phone_messages() and resident.user.phone):
        raise NoPhoneMessages
    choice, _made = Choice.objects.update_or_create(resident=resident, defaults={"way": way, "chosen_at": at})
    return choice


def forget_addresses(resident: Resident, *, by: Actor, at: datetime) -> None:  # noqa: ARG001  a hook's shape
    """Who leaves is known no longer by mail or phone; what was told stays."""
    Letter.objects.filter(resident=resident).update(to="")
