"""Voucher rows of an office's list: partners with their accounts, and what they honor."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from bundles.vouchers.models import Partner, VoucherType
from bundles.vouchers.payees import payee_of
from core.actor import Actor
from malls.merchants.actions import Tally
from malls.merchants.onboarding.rows import Row
from malls.merchants.rules import changes_of
from settlement.statements.actions import set_bank

PLAIN = {"valid_days": "valid_days", "condition": "condition", "available": "available", "funding": "funding"}


@transaction.atomic
def take_in_vouchers(rows: Sequence[Row], by: Actor, at: datetime) -> Tally:
    """Create or update voucher types, known by facility and name. Writing the same twice changes nothing.

    A new account waits for a second person; vouchers already issued keep what was promised.
    """
    del at
    tally = Tally()
    for row in rows:
        partner = _partner(row.values, by)
        kind, fields = compare(row)
        if kind is None:
            slug = f"partner-{partner.pk}-{partner.voucher_types.count() + 1}"
            VoucherType.objects.create(partner=partner, name=row.text("kind"), slug=slug, **fields)
            tally.created += 1
        elif changes := changes_of(kind, fields):
            for change in changes:
                setattr(kind, change.field, change.new)
            kind.save(update_fields=[change.field for change in changes])
            tally.updated += 1
        else:
            tally.unchanged += 1
    return tally


def compare(row: Row) -> tuple[VoucherType | None, dict[str, object]]:
    """The voucher type that a row speaks of, if it is there, and the fields that the row would set."""
    named = VoucherType.objects.filter(partner__name=row.text("facility"), name=row.text("kind"))
    return named.first(), _fields(row.values)


def _partner(values: Mapping[str, object], by: Actor) -> Partner:
    """The facility with its account; what the list leaves empty never wipes what is there."""
    said = {name: str(values[name]) for name in ("place", "phone", "business_no") if values.get(name)}
    partner, _made = Partner.objects.update_or_create(name=str(values["facility"]), defaults=said)
    payee = payee_of(partner)
    if values.get("account_no"):
        bank, number, holder = (str(values.get(name) or "") for name in ("bank_code", "account_no", "account_holder"))
        set_bank(payee, bank_code=bank, account=number, holder=holder, by=by)
    return partner


def _fields(values: Mapping[str, object]) -> dict[str, object]:
    fields = {field: values[name] for name, field in PLAIN.items() if values.get(name)}
    return {"face_value": values["face_value"], "charge": values.get("price") or 0, **fields}
