"""Closing an account, opening it again, and forgetting a lost second factor."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.actor import Actor
from tenants.people.actions.duties import refuse_last_manager, refuse_own
from tenants.people.actions.rights import duties_of, hold_rights, record_rights
from tenants.people.duties import Duty
from tenants.people.models import Invitation, RecoveryCode, RightsChange, User


@transaction.atomic
def deactivate(user: User, *, by: Actor, at: datetime, right: str = "") -> None:
    """Close an account: its sessions end and its invitation stops working. `right` names what it was for."""
    hold_rights()
    user.refresh_from_db()
    if not user.is_active:
        return
    refuse_own(user, by)
    if Duty.MANAGER in duties_of(user):
        refuse_last_manager(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    Invitation.objects.filter(user=user, used_at=None).update(used_at=at)
    record_rights(user, RightsChange.DEACTIVATED, _rights(user, right), by=by, at=at)


@transaction.atomic
def reactivate(user: User, *, by: Actor, at: datetime, right: str = "") -> None:
    """Open a closed account again, with the rights that it had."""
    hold_rights()
    user.refresh_from_db()
    if user.is_active:
        return
    refuse_own(user, by)
    User.objects.filter(pk=user.pk).update(is_active=True)
    record_rights(user, RightsChange.REACTIVATED, _rights(user, right), by=by, at=at)


@transaction.atomic
def reset_second_factor(user: User, *, by: Actor, at: datetime) -> None:
    """Forget the authenticator app and the recovery codes; the next log-in registers a new one."""
    refuse_own(user, by)
    devices, _kinds = TOTPDevice.objects.filter(user=user).delete()
    codes, _kinds = RecoveryCode.objects.filter(user=user).delete()
    if devices or codes:
        record_rights(user, RightsChange.SECOND_FACTOR_RESET, [""], by=by, at=at)


def _rights(user: User, right: str) -> Sequence[str]:
    return [right] if right else sorted(duties_of(user)) or [""]
