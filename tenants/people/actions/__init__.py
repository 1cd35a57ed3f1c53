"""Invite people, give and take their rights, close their accounts, and keep who looked at whose data."""

from tenants.people.actions.access import record_access
from tenants.people.actions.accounts import deactivate, reactivate, reset_second_factor
from tenants.people.actions.duties import change_duties
from tenants.people.actions.invitations import (
    accept_invitation,
    invite,
    invite_member,
    invite_staff,
    open_invitation,
    withdraw_invitation,
)
from tenants.people.actions.recovery import issue_recovery_codes, use_recovery_code

__all__ = [
    "accept_invitation",
    "change_duties",
    "deactivate",
    "invite",
    "invite_member",
    "invite_staff",
    "issue_recovery_codes",
    "open_invitation",
    "reactivate",
    "record_access",
    "reset_second_factor",
    "use_recovery_code",
    "withdraw_invitation",
]
