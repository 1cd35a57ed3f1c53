"""Links that set a new password: they carry the schema, so that equal accounts of two malls never share one."""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from tenants.people.models import User
from tenants.schema import current_schema


class ResetTokens(PasswordResetTokenGenerator):
    """Single use: the password's hash is part of it."""

    key_salt = "malls.customers.reset"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{current_schema()}:{super()._make_hash_value(user, timestamp)}"


reset_tokens = ResetTokens()


def reset_path(user: User) -> str:
    """The address where this user may set a new password."""
    return f"/password/{urlsafe_base64_encode(force_bytes(user.pk))}/{reset_tokens.make_token(user)}/"


def user_of(uid: str, token: str) -> User | None:
    """The user that a link was made for, while it is valid."""
    try:
        user = User.objects.get(pk=int(force_str(urlsafe_base64_decode(uid))), is_active=True)
    except (ValueError, OverflowError, UnicodeDecodeError, User.DoesNotExist):
        return None
    return user if reset_tokens.check_token(user, token) else None
