"""What can be the matter with a cell: repaired by itself, imported with a warning, skipped or refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OK, REPAIRED, WARNING, SKIPPED, REFUSED = "ok", "repaired", "warning", "skipped", "refused"
WORST = (OK, REPAIRED, WARNING, SKIPPED, REFUSED)
IMPORTABLE = frozenset({OK, REPAIRED, WARNING})

REPAIRS: dict[str, Promise] = {
    "bank_alias": _("The bank's name was replaced by its standard name."),
    "date_text": _("A date written as text was read."),
    "ditto": _("The value of the row above was taken."),
    "duration_text": _("A period was turned into days."),
    "formula_value": _("The stored result of a formula was used."),
    "full_width": _("Full-width letters were turned into ordinary ones."),
    "invisible": _("Invisible characters were removed."),
    "lost_leading_zero": _("A lost leading zero was put back."),
    "merged_fill": _("The value of the merged cell was filled in."),
    "number_cell": _("A number stored as a number was turned into text."),
    "number_text": _("A number written as text was read."),
    "price_text": _("An amount written as text was read."),
    "separator": _("Dots, spaces and brackets in a number were put in order."),
    "storage_alias": _("The storage method was replaced by its standard name."),
    "tax_alias": _("The tax type was replaced by its standard name."),
    "trim_space": _("Needless spaces were removed."),
}
WARNINGS: dict[str, Promise] = {
    "account_maybe_truncated": _("The account number may have lost digits: check it before paying."),
    "account_unreadable": _("The account number cannot be read: it was left empty and payouts wait."),
    "address_outside": _("The address lies outside the municipality."),
    "date_ambiguous": _("The date cannot be read for certain: it was left empty."),
    "duplicate_name": _("Another merchant with another business number has the same name."),
    "duration_unparsed": _("The period cannot be read: it was left empty."),
    "formula_empty": _("The formula has no stored result: it was left empty."),
    "holder_mismatch": _("The account holder is neither the shop nor its representative: check before paying."),
    "missing_bank": _("Bank or account is missing: the merchant can join, payouts wait."),
    "missing_email": _("The e-mail address is missing: the invitation goes by text message."),
    "missing_mail_order_no": _("The mail-order report number is missing: enter it or the reason for exemption."),
    "multiple_values": _("The cell holds several values: the first was taken, the rest is in the note."),
    "number_unparsed": _("The number cannot be read: it was left empty."),
    "old_postcode": _("An old six-digit postcode: it was left empty, look it up by the address."),
    "phone_unreadable": _("The phone number cannot be read: it was left empty."),
    "postcode_unreadable": _("The postcode cannot be read: it was left empty."),
    "price_unparsed": _("The amount cannot be read: it was left empty."),
    "storage_unknown": _("The storage method is not known: it was left empty."),
    "suspended_merchant": _("The merchant is marked as suspended (휴업)."),
    "tax_unknown": _("The tax type is not known: it was left empty."),
}
SKIPS: dict[str, Promise] = {"duplicate_same": _("Exactly the same row is already in the list.")}
REFUSALS: dict[str, Promise] = {
    "bad_checksum": _("The business number does not pass its check digit: compare it with the certificate."),
    "bad_email": _("This is not an e-mail address: an invitation would be lost."),
    "bad_length": _("The business number must have ten digits."),
    "closed_merchant": _("The merchant is marked as closed (폐업)."),
    "duplicate_conflict": _("The same business number or product is already in the list with other content."),
    "formula_attack": _("The text begins like a formula (=, +, -, @): write it as plain words."),
    "merchant_refused": _("The merchant's row was refused: mend it first."),
    "missing_required": _("A required value is missing."),
    "price_invalid": _("The price must be an amount above 0 won."),
    "too_long": _("The text is too long for this field."),
    "unknown_bank": _("The bank is not known: write its full name."),
    "unknown_merchant": _("The product's merchant is not in the list."),
}
MEANING: dict[str, Promise] = {**REPAIRS, **WARNINGS, **SKIPS, **REFUSALS}

FIELDS: dict[str, Promise] = {
    "name": _("Name"), "business_no": _("Business number"), "representative": _("Representative"),
    "business_type": _("Line of business"), "main_items": _("Main items"), "postcode": _("Postcode"),
    "address": _("Address"), "phone": _("Phone"), "mobile": _("Mobile phone"), "email": _("E-mail"),
    "mail_order_no": _("Mail-order report number"), "tax_type": _("Tax type"), "bank_code": _("Bank"),
    "account_no": _("Account number"), "account_holder": _("Account holder"), "fee_rate": _("Fee rate"),
    "settlement_cycle": _("Settlement cycle"), "manager": _("Person in charge"), "note": _("Note"),
    "sample_price": _("Price of the main item"), "desired_start": _("Desired start"),
    "merchant": _("Merchant"), "spec": _("Specification"), "price": _("Price"), "tax": _("Taxation"),
    "storage": _("Storage"), "origin": _("Origin"), "shelf_days": _("Use-by days"), "allergens": _("Allergens"),
    "stock": _("Stock"), "description": _("Description"), "facility": _("Facility"), "partner": _("Partner"),
    "kind": _("Kind of voucher"), "face_value": _("Face value"), "valid_days": _("Valid days"),
    "condition": _("Conditions of use"), "available": _("Days of use"), "place": _("Place"), "funding": _("Funded by"),
    "merchant_name": _("Merchant"), "merchant_business_no": _("Business number"),
}  # fmt: skip


def severity(code: str) -> str:
    """What a code does to its row."""
    if code in REFUSALS:
        return REFUSED
    if code in SKIPS:
        return SKIPPED
    return WARNING if code in WARNINGS else REPAIRED


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark on one cell: what it is, where, and what it was and became."""

    code: str
    field: str
    cell: str = ""
    old: str = ""
    new: str = ""

    @property
    def severity(self) -> str:
        """Ok < repaired < warning < skipped < refused."""
        return severity(self.code)

    @property
    def sentence(self) -> str:
        """The remark in words, with cell, field and value."""
        label = str(FIELDS.get(self.field, self.field))
        where = f"{self.cell} {label}".strip()
        seen = f" “{self.old[:60]}”" if self.old else ""
        became = f" → “{self.new[:60]}”" if self.severity == REPAIRED and self.new not in {"", self.old} else ""
        return f"{where}{seen}{became}: {MEANING[self.code]}"


def worst(problems: Iterable[Problem]) -> str:
    """A row's status: the worst of its problems."""
    return max((problem.severity for problem in problems), key=WORST.index, default=OK)
