"""Invite people by a link that works once, and let them in."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction

from core.actor import Actor
from tenants.people.actions.duties import refuse_combination
from tenants.people.actions.rights import record_rights
from tenants.people.duties import Duty
from tenants.people.errors import EmailTaken, InvitationSpent, NotWaiting
from tenants.people.models import Invitation, RightsChange, User

VALID = timedelta(days=7)


@transaction.atomic
def invite_staff(email: str, duties: Collection[Duty], *, by: Actor, at: datetime, name: str = "") -> tuple[User, str]:
    """A staff account that waits for its owner, and the token of the single-use link (valid 7 days)."""
    refuse_combination(duties)
    user = _newcomer(email, name, is_staff=True)
    user.groups.add(*Group.objects.filter(name__in=list(duties)))
    record_rights(user, RightsChange.INVITED, [""], by=by, at=at)
    record_rights(user, RightsChange.GRANTED, sorted(duties), by=by, at=at)
    return user, invite(user, by=by, at=at)


@transaction.atomic
def invite_member(email: str, right: str, *, by: Actor, at: datetime, name: str = "") -> tuple[User, str]:
    """An account for someone outside the office, such as a shop's person; `right` says whose data it opens."""
    user = _newcomer(email, name, is_staff=False)
    record_rights(user, RightsChange.INVITED, [right], by=by, at=at)
    return user, invite(user, by=by, at=at)


@transaction.atomic
def invite(user: User, *, by: Actor, at: datetime) -> str:
    """A fresh single-use token for an account that waits; older ones stop working."""
    if not user.is_waiting or not user.is_active:
        raise NotWaiting(name=str(user))
    Invitation.objects.filter(user=user, used_at=None).update(used_at=at)
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(user=user, token_hash=_hash(token), expires_at=at + VALID, invited_by=by.name)
    return token


@transaction.atomic
def withdraw_invitation(user: User, *, by: Actor, at: datetime, right: str = "") -> None:
    """Take an account away that its owner never opened; the e-mail is free again."""
    found = User.objects.select_for_update().filter(pk=user.pk).first()
    if found is None:
        return
    if not found.is_waiting:
        raise NotWaiting(name=str(found))
    record_rights(found, RightsChange.WITHDRAWN, [right], by=by, at=at)
    found.delete()


def open_invitation(token: str, *, at: datetime) -> Invitation:
    """The invitation of a token, or a refusal when it was used, replaced or is too old."""
    found = Invitation.objects.select_related("user").filter(token_hash=_hash(token)).first()
    if found is None or found.used_at or found.expires_at <= at or not found.user.is_active:
        raise InvitationSpent
    return found


@transaction.atomic
def accept_invitation(token: str, password: str, *, at: datetime) -> User:
    """Set the password once; the second use of a link is refused, also at the same moment."""
    invitation = open_invitation(token, at=at)
    if not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=at):
        raise InvitationSpent
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def _newcomer(email: str, name: str, *, is_staff: bool) -> User:
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise EmailTaken(email=email)
    return User.objects.create_user(email, first_name=name, is_staff=is_staff)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
