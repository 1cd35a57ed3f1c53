"""Signed tokens in a voucher's QR code: whoever holds the public key can tell a true one, also without a network.

`GV2.<schema>.<key>.<code>.<type>.<last day>.<signature>`: Ed25519 over everything before the last dot. The schema
stands inside, so that no municipality's token is one of another's; the type lets a gate without a network tell its own
vouchers from others. `GV1`, printed before, has no type. A token says who issued it, never that it is unused.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from bundles.vouchers.errors import BadToken
from bundles.vouchers.models import SigningKey, Voucher

MARK = "GV2"
MARKS = {"GV1": 6, MARK: 7}
"""Every mark that was ever printed, with the number of its parts."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a verified token says."""

    code: str
    expires_on: date


def ensure_key(*, at: datetime) -> SigningKey:
    """The municipality's key in use; made when first needed, never copied from the template."""
    found = SigningKey.objects.filter(retired_at=None).first()
    if found:
        return found
    private = Ed25519PrivateKey.generate()
    try:
        with transaction.atomic():
            made = SigningKey.objects.create(
                private=_text(private.private_bytes_raw()),
                public=_text(private.public_key().public_bytes_raw()),
                made_at=at,
            )
    except IntegrityError:  # someone else made it first
        return SigningKey.objects.get(retired_at=None)
    cache.delete(_remembered(made.pk))
    return made


def sign(voucher: Voucher, key: SigningKey) -> str:
    """The token of a voucher."""
    body = f"{MARK}.{connection.schema_name}.{key.pk}.{voucher.code}"  # type: ignore[attr-defined]
    body = f"{body}.{voucher.type_id}.{voucher.expires_on:%Y%m%d}"
    private = Ed25519PrivateKey.from_private_bytes(_raw(key.private))
    return f"{body}.{_text(private.sign(body.encode()))}"


def seal(text: str) -> dict[str, str]:
    """Signatures of a text under every key of the municipality, by key: one who trusts any of them can check it."""
    return {
        str(key.pk): _text(Ed25519PrivateKey.from_private_bytes(_raw(key.private)).sign(text.encode()))
        for key in SigningKey.objects.order_by("pk")
    }


def read_token(text: str) -> Token:
    """What a scanned token says; refuses one that this municipality did not sign."""
    parts = text.strip().split(".")
    if MARKS.get(parts[0]) != len(parts) or parts[1] != connection.schema_name or not parts[2].isdecimal():  # type: ignore[attr-defined]
        raise BadToken
    key = _public_key(int(parts[2][:12]))
    if not key:
        raise BadToken
    try:
        public = Ed25519PublicKey.from_public_bytes(_raw(key))
        public.verify(_raw(parts[-1]), ".".join(parts[:-1]).encode())
        return Token(parts[3], date.fromisoformat(parts[-2]))
    except (InvalidSignature, ValueError) as error:
        raise BadToken from error


def _public_key(pk: int) -> str:
    """The public half of a key, remembered: a key never changes. Nothing when there is none."""
    name = _remembered(pk)
    known: str | None = cache.get(name)
    if known is None:
        known = SigningKey.objects.filter(pk=pk).values_list("public", flat=True).first() or ""
        if known:
            cache.set(name, known, 3_600)
    return known


def _remembered(pk: int) -> str:
    """The name of a key in the cache; a new one forgets it, for a town opened anew counts from one again."""
    return f"voucher-key:{pk}"


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
