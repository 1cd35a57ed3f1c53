"""From an office's words to a merchant's fields, and what would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

STANDINGS = {"일반과세자": "general", "법인": "general", "간이과세자": "simplified", "면세사업자": "exempt"}
CYCLES = {
    "월1회": "monthly",
    "매월": "monthly",
    "월2회": "semimonthly",
    "격주": "semimonthly",
    "주1회": "weekly",
    "매주": "weekly",
}
COPIED = (
    "business_no", "name", "representative", "business_type", "main_items", "postcode", "address", "phone", "mobile",
    "email", "mail_order_no", "bank_code", "account_no", "account_holder", "manager", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One field that would become something else."""

    field: str
    old: object
    new: object


def merchant_fields(values: Mapping[str, object]) -> dict[str, object]:
    """A merchant's fields out of a row's values. What the list leaves empty is left out."""
    fields: dict[str, object] = {name: str(values[name]) for name in COPIED if values.get(name)}
    standing = STANDINGS.get(str(values.get("tax_type") or ""))
    if standing:
        fields["tax_standing"] = standing
    cycle = CYCLES.get("".join(str(values.get("settlement_cycle") or "").split()))
    if cycle:
        fields["settlement_cycle"] = cycle
    commission = basis_points(values.get("fee_rate"))
    if commission is not None:
        fields["commission_bp"] = commission
    return fields


def basis_points(rate: object) -> int | None:
    """`5.5` percent as 550 basis points; None when there is no rate."""
    try:
        return int(Decimal(str(rate)) * 100) if rate not in {None, ""} else None
    except InvalidOperation:
        return None


def changes_of(thing: object, fields: Mapping[str, object]) -> list[Change]:
    """What differs between a stored thing and the fields that a list names."""
    return [Change(name, getattr(thing, name), new) for name, new in fields.items() if getattr(thing, name) != new]
