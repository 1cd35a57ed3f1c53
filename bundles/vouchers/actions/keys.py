"""Changing the municipality's signing key: new tokens carry the new one, old tokens go on being read."""

from datetime import datetime

from django.db import transaction

from bundles.vouchers.models import SigningKey
from bundles.vouchers.tokens import ensure_key
from core.actor import Actor
from core.state import record_moves


@transaction.atomic
def rotate_key(*, by: Actor, at: datetime, why: str = "") -> SigningKey:
    """Retire the key in use and make a new one; who did it and why is kept. Two at once change it once or twice."""
    old = SigningKey.objects.select_for_update().filter(retired_at=None).first()
    if old:
        SigningKey.objects.filter(pk=old.pk).update(retired_at=at)
        record_moves(SigningKey, {old.pk: "in use"}, "retired", by=by, at=at, why=why.strip()[:300])
    new = ensure_key(at=at)
    record_moves(SigningKey, {new.pk: ""}, "in use", by=by, at=at, why=why.strip()[:300])
    return new
