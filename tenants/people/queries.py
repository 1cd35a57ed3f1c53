"""Reads of people."""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from tenants.people.duties import APART
from tenants.people.models import Invitation, User

STATES = {
    "active": _("in use"),
    "invited": _("invited"),
    "expired": _("invitation expired"),
    "closed": _("account closed"),
}


def with_state(users: QuerySet[User], *, at: datetime) -> Any:
    """Users (a query set) with `account_state` (a key of STATES) and `has_second_factor`, in the same statement."""
    open_ = Invitation.objects.filter(user=OuterRef("pk"), used_at=None, expires_at__gt=at)
    state = Case(
        When(is_active=False, then=Value("closed")),
        When(Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) & Exists(open_), then=Value("invited")),
        When(password__startswith=UNUSABLE_PASSWORD_PREFIX, then=Value("expired")),
        default=Value("active"),
        output_field=CharField(),
    )
    device = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    return users.annotate(account_state=state, has_second_factor=Exists(device))


def staff_rows(*, at: datetime, q: str = "", duty: str = "", state: str = "") -> Any:
    """The staff by name, with their duties; found by a part of name or e-mail, a duty, a state."""
    rows = with_state(User.objects.filter(is_staff=True), at=at).prefetch_related("groups")
    if q:
        rows = rows.filter(Q(first_name__icontains=q) | Q(last_name__icontains=q) | Q(email__icontains=q))
    if duty:
        rows = rows.filter(groups__name=duty)
    if state in STATES:
        rows = rows.filter(account_state=state)
    return rows.order_by("last_name", "first_name", "pk")


def signers() -> int:
    """How many of maker, checker and payer are named (an account that is open); 3 is all."""
    return Group.objects.filter(name__in=APART, user__is_active=True).distinct().count()
