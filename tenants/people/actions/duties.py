"""Changing what a member of staff may do."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction

from core.actor import Actor
from tenants.people.actions.rights import duties_of, hold_rights, record_rights
from tenants.people.duties import APART, Duty
from tenants.people.errors import DutiesApart, LastManager, NoDuty, OwnRights
from tenants.people.models import RightsChange, User


@transaction.atomic
def change_duties(user: User, duties: Collection[Duty], *, by: Actor, at: datetime) -> set[Duty]:
    """Let someone have exactly these duties; the duties that were given or taken away."""
    hold_rights()
    before, after = duties_of(user), set(duties)
    if before == after:
        return set()
    refuse_own(user, by)
    refuse_combination(after)
    if Duty.MANAGER in before - after:
        refuse_last_manager(user)
    user.groups.remove(*Group.objects.filter(name__in=list(Duty)))
    user.groups.add(*Group.objects.filter(name__in=after))
    record_rights(user, RightsChange.GRANTED, sorted(after - before), by=by, at=at)
    record_rights(user, RightsChange.REMOVED, sorted(before - after), by=by, at=at)
    return before ^ after


def refuse_own(user: User, by: Actor) -> None:
    """Nobody decides about their own rights."""
    if by.user_id == user.pk:
        raise OwnRights


def refuse_combination(duties: Collection[Duty]) -> None:
    """Somebody without a duty is no staff; maker, checker and payer are three people (지방회계법 §36)."""
    if not duties:
        raise NoDuty
    together = sorted(APART & set(duties))
    if len(together) > 1:
        raise DutiesApart(duties=", ".join(together))


def refuse_last_manager(user: User) -> None:
    """Keep one manager who can log in, or nobody could ever be invited again."""
    others = User.objects.filter(groups__name=Duty.MANAGER, is_active=True).exclude(pk=user.pk)
    if not any(other.has_usable_password() for other in others):
        raise LastManager(name=str(user))
