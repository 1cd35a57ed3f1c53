"""Invite people, let them in, and keep who looked at whose data."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction

from tenants.people.duties import Duty
from tenants.people.errors import EmailTaken, InvitationSpent
from tenants.people.models import AccessRecord, Invitation, User

VALID = timedelta(days=7)


@transaction.atomic
def invite_staff(email: str, duty: Duty, *, invited_by: str, at: datetime, name: str = "") -> str:
    """Make a staff account that waits for its owner; the token of the single-use link (valid 7 days)."""
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTaken(email=email)
    user = User.objects.create_user(email, first_name=name, is_staff=True)
    user.groups.add(Group.objects.get(name=duty))
    return invite(user, invited_by=invited_by, at=at)


@transaction.atomic
def invite(user: User, *, invited_by: str, at: datetime) -> str:
    """A fresh single-use token for a user; older ones stop working."""
    Invitation.objects.filter(user=user, used_at=None).update(used_at=at)
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(user=user, token_hash=_hash(token), expires_at=at + VALID, invited_by=invited_by)
    return token


def open_invitation(token: str, *, at: datetime) -> Invitation:
    """The invitation of a token, or a refusal when it was used, replaced or is too old."""
    found = Invitation.objects.select_related("user").filter(token_hash=_hash(token)).first()
    if found is None or found.used_at or found.expires_at <= at:
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


def record_access(
    user: User | None, task: str, subject: str, *, at: datetime, address: str | None = None, reason: str = ""
) -> None:
    """Keep that someone saw or took personal data. `subject` names whose."""
    AccessRecord.objects.create(
        at=at,
        user_id=user.pk if user else None,
        user_name=str(user) if user else "system",
        address=address,
        task=task,
        subject=subject,
        reason=reason,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
