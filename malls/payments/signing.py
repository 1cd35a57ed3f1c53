"""Who may tell us about payments: the provider's signature on a message, with bounds on its age both ways."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

import stripe

TOLERANCE_SECONDS = 300


def is_signed(body: bytes, header: str, secrets: Sequence[str], at: datetime) -> bool:
    """Whether one of our secrets signed exactly this body within five minutes of now, past or future."""
    stamp = _stamp(header)
    if stamp is None or abs(at.timestamp() - stamp) > TOLERANCE_SECONDS:
        return False
    return any(_matches(body, header, secret) for secret in secrets)


def _stamp(header: str) -> int | None:
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    text = parts.get("t", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None  # noqa: PLR2004


def _matches(body: bytes, header: str, secret: str) -> bool:
    """The SDK compares in constant time; it checks the past only, which `is_signed` has done for both ways."""
    try:
        stripe.WebhookSignature.verify_header(body.decode(), header, secret, tolerance=None)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def is_sealed(body: bytes, headers: Mapping[str, str], secrets: Sequence[str], at: datetime) -> bool:
    """The same for the Korean shape: base64 of HMAC-SHA256 over the body and the time at which it was sent."""
    sent = headers.get("tosspayments-webhook-transmission-time", "")
    try:
        stamp = datetime.fromisoformat(sent)
        is_now = abs((at - stamp).total_seconds()) <= TOLERANCE_SECONDS
    except (ValueError, TypeError):
        return False
    seals = [part.strip().removeprefix("v1:") for part in headers.get("tosspayments-webhook-signature", "").split(",")]
    text = body + b":" + sent.encode()
    right = [base64.b64encode(hmac.new(one.encode(), text, hashlib.sha256).digest()) for one in secrets]
    matches = [hmac.compare_digest(seal.encode(), one) for seal in seals for one in right]
    return is_now and any(matches)
