"""The record of rights, and the lock under which rights change."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group

from core.actor import Actor
from tenants.people.duties import Duty
from tenants.people.models import RightsChange, RightsRecord, User


def record_rights(user: User, change: RightsChange, rights: Iterable[str], *, by: Actor, at: datetime) -> None:
    """Keep a change of somebody's rights, one line for each right."""
    RightsRecord.objects.bulk_create(
        RightsRecord(
            at=at,
            by_id=by.user_id,
            by_name=by.name,
            user_id=user.pk,
            user_name=str(user)[:150],
            email=user.email,
            change=change,
            right=right[:120],
        )
        for right in rights
    )


def hold_rights() -> None:
    """Let one change of rights happen at a time, so that two managers cannot remove each other."""
    Group.objects.select_for_update().get(name=Duty.MANAGER)


def duties_of(user: User) -> set[Duty]:
    """The duties that someone has now."""
    return {Duty(name) for name in user.groups.filter(name__in=list(Duty)).values_list("name", flat=True)}
