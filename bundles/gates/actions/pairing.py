"""A phone becomes a gate, and stops being one."""

import secrets
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import IntegrityError, transaction

from bundles.gates.errors import CodeUnknown, NameMissing, TooManyTries
from bundles.gates.models import Gate, GateCode, GateState
from bundles.gates.rules import token_hash
from bundles.vouchers.models import Partner
from core.actor import Actor
from core.state import record_moves
from tenants.schema import current_schema

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
TRIES, TRIES_MINUTES = 10, 10


@transaction.atomic
def pair_gate(partner: Partner, name: str, *, by: Actor, at: datetime) -> tuple[Gate, str]:
    """A new gate and the token that only its device keeps."""
    name = name.strip()[:40]
    if not name:
        raise NameMissing
    token = secrets.token_urlsafe(32)
    gate = Gate.objects.create(
        partner=partner,
        name=name,
        token_hash=token_hash(current_schema(), token),
        paired_at=at,
        paired_by=by.name[:150],
    )
    record_moves(Gate, {gate.pk: ""}, GateState.PAIRED, by=by, at=at)
    return gate, token


def make_code(partner: Partner, *, by: Actor, at: datetime) -> GateCode:
    """Six digits for a phone without a log-in. The partner's former code ends."""
    for _attempt in range(20):
        code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
        try:
            with transaction.atomic():
                GateCode.objects.filter(gate=None, expires_at__lte=at).delete()
                GateCode.objects.filter(gate=None, partner=partner).delete()
                return GateCode.objects.create(
                    partner=partner, code=code, made_at=at, made_by=by.name[:150], expires_at=at + CODE_LIFE
                )
        except IntegrityError:  # another partner shows these digits now
            continue
    raise TooManyTries(minutes=TRIES_MINUTES)


def pair_with_code(code: str, name: str, *, address: str, at: datetime) -> tuple[Gate, str]:
    """Turn the phone that typed a partner's code into its gate. Tries are counted for each network address."""
    _count_try(address)
    with transaction.atomic():
        digits = "".join(letter for letter in code if letter.isdecimal())
        open_codes = GateCode.objects.select_for_update(of=("self",)).select_related("partner")
        found = open_codes.filter(code=digits, gate=None, expires_at__gt=at).first()
        if found is None:
            raise CodeUnknown(code=code.strip()[:12])
        gate, token = pair_gate(found.partner, name, by=Actor("partner", found.made_by), at=at)
        found.gate = gate
        found.save(update_fields=["gate"])
    return gate, token


@transaction.atomic
def revoke_gate(gate_id: int, *, by: Actor, at: datetime, why: str = "") -> Gate:
    """Withdraw a gate's token: its device forgets everything at the next contact. Safe to call again."""
    gate = Gate.objects.select_for_update().get(pk=gate_id)
    if gate.state == GateState.PAIRED:
        gate.move(GateState.REVOKED, by=by, at=at, why=why, token_hash="", revoked_at=at)
    return gate


def _count_try(address: str) -> None:
    """Count a try of a network address in this municipality; refuse after ten within ten minutes."""
    key = f"gates:try:{address}"
    cache.add(key, 0, TRIES_MINUTES * 60)
    try:
        tries = cache.incr(key)
    except ValueError:  # it expired between the two lines
        return
    if tries > TRIES:
        raise TooManyTries(minutes=TRIES_MINUTES)
