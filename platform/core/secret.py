"""Text that rests encrypted: bank accounts and provider keys (Fernet; keys from GOEUL_FIELD_KEYS, newest first)."""

from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _fernet() -> MultiFernet:
    keys = settings.ENV.field_keys.get_secret_value().split(",")
    return MultiFernet([Fernet(key.strip()) for key in keys])


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Encrypted in the database, plain in Python; cannot be searched. Empty stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in."""
        text = super().get_prep_value(value)
        return _fernet().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Decrypt on the way out."""
        return _fernet().decrypt(value.encode()).decode() if value else value


def masked(number: str, shown: int = 4) -> str:
    """An account number that may be shown: only the last digits."""
    return "•" * max(0, len(number) - shown) + number[-shown:] if number else ""
