"""Recovery codes: ten of them stand in for a lost authenticator app, each once."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from tenants.people.models import RecoveryCode, User

COUNT = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike. Ten of them are 49 bits: too many to guess at one try in a while."""


@transaction.atomic
def issue_recovery_codes(user: User) -> list[str]:
    """Ten new codes (`abcde-23456`), shown once; the old ones stop working."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(COUNT)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(code)) for code in codes)
    return codes


def use_recovery_code(device: TOTPDevice, code: str, *, at: datetime) -> bool:
    """Whether a code is right; it is spent then. Wrong ones slow further tries down, as wrong digits do."""
    allowed, _why = device.verify_is_allowed()
    mine = RecoveryCode.objects.filter(user=device.user, code_hash=_hash(code), used_at=None)
    if allowed and mine.update(used_at=at):
        device.throttle_reset()
        return True
    if allowed:
        device.throttle_increment()
    return False


def _hash(code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
