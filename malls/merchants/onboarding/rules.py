"""What rows say about each other: required values, the same number twice, products and their merchants."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from malls.merchants.onboarding.places import Home, is_outside
from malls.merchants.onboarding.problems import REFUSED
from malls.merchants.onboarding.rows import Row

REQUIRED = {
    "merchant": ("name", "business_no", "representative"),
    "product": ("name",),
    "voucher": ("facility", "business_no"),
}
_CLOSED = re.compile(r"폐업(?!\s*(아님|안|하지|없음))")
_SUSPENDED = re.compile(r"휴업(?!\s*(아님|안|하지|없음))")
_FORMS = re.compile(
    r"\(주\)|㈜|주식회사|유한회사|\(유\)|농업회사법인|영농조합법인|어업회사법인|영어조합법인|협동조합|\(합\)|\s"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the municipality already has: shop names by business number, and whom earlier lists refused."""

    names: Mapping[str, str] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()


NOTHING_KNOWN = Known()


def judge_merchant(row: Row, home: Home | None) -> Row:
    """Everything that one merchant's row says by itself."""
    for name in REQUIRED["merchant"]:
        if not row.values.get(name) and not _has(row, "formula_attack", name):
            row = row.noting("missing_required", name)
    for name in ("note", "status", "name"):
        text = row.text(name)
        if _CLOSED.search(text) and (name != "name" or "(" in text):
            row = row.noting("closed_merchant", name)
        elif _SUSPENDED.search(text) and (name != "name" or "(" in text):
            row = row.noting("suspended_merchant", name)
    row = _judge_bank(row)
    if not row.values.get("email") and "email" in row.values:
        row = row.noting("missing_email", "email")
    if not row.values.get("mail_order_no") and "mail_order_no" in row.values:
        row = row.noting("missing_mail_order_no", "mail_order_no")
    if home and row.text("address") and is_outside(row.text("address"), home):
        row = row.noting("address_outside", "address")
    return row


def _judge_bank(row: Row) -> Row:
    if not {"bank_code", "account_no"} & row.values.keys() or _has(row, "unknown_bank"):
        return row
    if not row.values.get("bank_code"):
        return row.noting("missing_bank", "bank_code")
    if not row.values.get("account_no"):
        return row if _has(row, "account_unreadable") else row.noting("missing_bank", "account_no")
    owner, name, holder = row.text("representative"), row.text("name"), row.text("account_holder")
    if holder and owner and name and not _names_them(holder, owner, name):
        return row.noting("holder_mismatch", "account_holder")
    return row


def _names_them(holder: str, owner: str, name: str) -> bool:
    """Whether the account's holder contains the representative or the shop, legal forms left out."""
    said = _FORMS.sub("", holder)
    return any(core in said for core in (_FORMS.sub("", owner), _FORMS.sub("", name)) if core)


def _has(row: Row, code: str, name: str = "") -> bool:
    return any(problem.code == code and name in {"", problem.field} for problem in row.problems)


def compare_merchants(rows: Iterable[Row]) -> list[Row]:
    """Mark what stands twice: of two rows with one number the first that may stand does."""
    first: dict[str, Row] = {}
    names: dict[str, str] = {}
    judged: list[Row] = []
    for original in rows:
        row = original
        number, name = row.text("business_no"), re.sub(r"\s", "", row.text("name"))
        if number in first:
            same = _same(first[number], row)
            row = row.noting("duplicate_same" if same else "duplicate_conflict", "business_no")
        elif name and names.get(name, number) != number:
            row = row.noting("duplicate_name", "name")
        if row.status != REFUSED and number and number not in first:
            first[number] = row
            names.setdefault(name, number)
        judged.append(row)
    return judged


def _same(one: Row, other: Row) -> bool:
    """The same content in every field that both sheets have."""
    shared = one.values.keys() & other.values.keys()
    return all(one.values[name] == other.values[name] for name in shared)


def judge_product(row: Row) -> Row:
    """Everything that one product's row says by itself."""
    if not row.values.get("name") and not _has(row, "formula_attack", "name"):
        row = row.noting("missing_required", "name")
    price = row.values.get("price")
    if not isinstance(price, int) or price <= 0:
        unread = [problem for problem in row.problems if problem.code == "price_unparsed" and problem.field == "price"]
        kept = tuple(problem for problem in row.problems if problem not in unread)
        row = Row(row.sheet, row.number, row.kind, row.values, kept, row.cells)
        row = row.noting("price_invalid", "price")
    return row


def judge_voucher(row: Row) -> Row:
    """Everything that one voucher's row says by itself."""
    for name in REQUIRED["voucher"]:
        if not row.values.get(name):
            row = row.noting("missing_required", name)
    price = row.values.get("price", 0)
    if not isinstance(price, int) or price < 0:
        row = row.noting("price_invalid", "price")
    return row


def compare_products(rows: Iterable[Row]) -> list[Row]:
    """Mark the same product of the same merchant: exactly the same is skipped, other content refused."""
    first: dict[tuple[str, str, str], Row] = {}
    judged: list[Row] = []
    for original in rows:
        row = original
        key = (row.text("merchant_business_no") or row.text("merchant_name"), row.text("name"), row.text("spec"))
        if row.status != REFUSED:
            if key in first:
                row = row.noting("duplicate_same" if _same(first[key], row) else "duplicate_conflict", "name")
            else:
                first[key] = row
        judged.append(row)
    return judged


class Directory:
    """Finds a product's merchant by business number or by shop name: accepted, refused, or not there."""

    def __init__(self, merchants: Iterable[Row], known: Known) -> None:
        self.accepted: dict[str, str] = dict(known.names)
        self.refused: set[str] = set(known.refused)
        rows = list(merchants)
        for row in rows:
            if row.importable and row.text("business_no"):
                self.accepted[row.text("business_no")] = row.text("name")
        self.refused |= {
            key for row in rows if row.status == REFUSED for key in refused_keys(row) if key not in self.accepted
        }
        self.by_name: dict[str, set[str]] = {}
        for number, name in self.accepted.items():
            self.by_name.setdefault(_key(name), set()).add(number)

    def link(self, row: Row) -> Row:
        """The product's row with its merchant's number, or with the reason why there is none."""
        number, name = row.text("merchant_business_no"), row.text("merchant_name")
        kept = tuple(p for p in row.problems if not (p.field == "merchant_business_no" and p.severity == REFUSED))
        row = Row(row.sheet, row.number, row.kind, row.values, kept, row.cells)
        where = row.address("merchant_business_no") or row.address("merchant_name")
        if number in self.accepted:
            return _linked(row, number, self.accepted[number])
        if not number and len(self.by_name.get(_key(name), ())) == 1:
            found = next(iter(self.by_name[_key(name)]))
            return _linked(row, found, self.accepted[found])
        refused = {number, _key(name)} & self.refused
        return row.noting("merchant_refused" if refused else "unknown_merchant", "merchant", where)


def refused_keys(row: Row) -> set[str]:
    """Under which words a refused merchant may be named by products."""
    return {key for key in (row.text("business_no"), _key(row.text("name"))) if key}


def _key(name: str) -> str:
    return re.sub(r"\s|\(주\)|㈜|주식회사", "", name)


def _linked(row: Row, number: str, name: str) -> Row:
    said = {**row.values, "merchant_business_no": number, "merchant_name": row.values.get("merchant_name") or name}
    return Row(row.sheet, row.number, row.kind, said, row.problems, row.cells)
