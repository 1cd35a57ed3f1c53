"""What a gate is given to decide by itself, and who it is."""

import json
from datetime import datetime, time, timedelta
from typing import Any

from bundles.gates.errors import GateUnknown
from bundles.gates.models import Gate, GateState, OfflineLimits
from bundles.gates.rules import dead_hash, token_hash
from bundles.vouchers.models import Partner, SigningKey, Voucher, VoucherState, VoucherType
from bundles.vouchers.tokens import ensure_key, seal
from core.clock import kst_date
from tenants.schema import current_schema

VERSION = 1


def gate_of(token: str) -> Gate:
    """The gate that holds a token; refuses one that was revoked or never given."""
    gates = Gate.objects.select_related("partner").filter(state=GateState.PAIRED)
    gate = gates.filter(token_hash=token_hash(current_schema(), token)).first()
    if gate is None:
        raise GateUnknown
    return gate


def sealed_list(gate: Gate, *, at: datetime) -> dict[str, Any]:
    """A gate's list as the exact text that was signed, with its signatures by key."""
    ensure_key(at=at)
    body = json.dumps(list_of(gate, at=at), ensure_ascii=False, separators=(",", ":"))
    return {"body": body, "signatures": seal(body)}


def list_of(gate: Gate, *, at: datetime) -> dict[str, Any]:
    """Keys, terms and dead vouchers of a gate's partner: all that it needs to answer a guest for some hours.

    Instants are milliseconds since 1970, won are whole. Dead are the vouchers that a signature and a last day alone
    would let in; those past their last day need no line.
    """
    limits = OfflineLimits.load()
    return {
        "v": VERSION,
        "schema": current_schema(),
        "gate": {"id": gate.pk, "name": gate.name},
        "partner": {"id": gate.partner_id, "name": gate.partner.name},
        "made_at": _milliseconds(at),
        "valid_until": _milliseconds(at + timedelta(hours=limits.list_hours)),
        "cap": limits.cap_amount,
        "slack_ms": limits.slack_minutes * 60_000,
        "keys": {str(pk): public for pk, public in SigningKey.objects.order_by("pk").values_list("pk", "public")},
        "types": {str(kind.pk): terms_of(kind) for kind in gate.partner.voucher_types.order_by("pk")},
        "dead": "".join(_dead(gate.partner, at)),
    }


def terms_of(kind: VoucherType) -> dict[str, Any]:
    """What a gate shows and checks of a voucher type. Days are `YYYYMMDD`, hours minutes of the Korean day."""
    return {
        "name": kind.name,
        "face": kind.face_value,
        "kind": kind.kind,
        "persons": kind.persons,
        "check": [text for text in (kind.companion_rule, kind.condition) if text],
        "named": not kind.is_transferable,
        "from": f"{kind.usable_from:%Y%m%d}" if kind.usable_from else "",
        "weekdays": sorted(kind.weekdays),
        "opens": _minutes(kind.opens_at),
        "closes": _minutes(kind.closes_at),
        "closed_on": sorted(f"{day:%Y%m%d}" for day in kind.blackout_days),
    }


def _dead(partner: Partner, at: datetime) -> list[str]:
    """Hashes of the partner's vouchers that are used, refunded or void while their last day is still to come."""
    ended = Voucher.objects.filter(type__partner=partner, expires_on__gte=kst_date(at)).exclude(
        state=VoucherState.ISSUED
    )
    realm = current_schema()
    return sorted(dead_hash(realm, code) for code in ended.values_list("code", flat=True).iterator(5_000))


def _minutes(clock: time | None) -> int | None:
    return None if clock is None else clock.hour * 60 + clock.minute


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
