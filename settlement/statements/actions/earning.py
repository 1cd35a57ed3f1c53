"""Earning: frozen lines with their period, and their postings, in one transaction with whoever earned."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import PostingDraft
from settlement.statements.actions.payees import ensure_default_terms
from settlement.statements.errors import UnknownEarning, UnknownPayee
from settlement.statements.models import Earning, EarningKind, Payee, Period, PeriodState, Terms
from settlement.statements.rules import (
    EarningDraft,
    Fee,
    commission_bp_of,
    commission_of,
    days_of,
    entries_of,
    next_key,
    period_key,
)

BATCH = 2_000
DEBITED: dict[str, Code] = {EarningKind.VOUCHER: Code.VOUCHER_LIABILITY}
COLUMNS = {
    "payee_id": "bigint", "period_id": "bigint", "terms_id": "bigint", "source": "text", "corrects": "text",
    "kind": "text", "tax_type": "text", "group": "text", "description": "text", "order_ref": "text", "cycle_no": "int",
    "quantity": "int", "gross": "bigint", "discount_municipality": "bigint", "discount_platform": "bigint",
    "discount_merchant": "bigint", "base": "bigint", "commission_bp": "int", "commission": "bigint",
    "commission_vat": "bigint", "payable": "bigint", "earned_at": "timestamptz", "earned_on": "date",
}  # fmt: skip
NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
ARRAYS = ", ".join(f"%s::{kind}[]" for kind in COLUMNS.values())
INSERT = (
    f"INSERT INTO statements_earning ({NAMES}) SELECT * FROM unnest({ARRAYS}) "  # noqa: S608  our own names
    "ON CONFLICT (source) DO NOTHING RETURNING source"
)


@transaction.atomic
def earn_many(drafts: Sequence[EarningDraft], *, at: datetime) -> int:
    """Write earnings and their postings set-wise; the number that were new. A source earned before stays as it is.

    A line whose month is closed already goes into the next open one.
    """
    if not drafts:
        return 0
    payees = _payees({draft.payee_ref for draft in drafts})
    terms = TermsBook(set(payees.values()))
    periods = {key: lock_period_for(key) for key in sorted({period_key(draft.earned_on) for draft in drafts})}
    unique = list({draft.source: draft for draft in drafts}.values())
    return sum(
        _write(unique[start : start + BATCH], payees, terms, periods, at) for start in range(0, len(unique), BATCH)
    )


def correct_earning(
    source: str, *, new_source: str, at: datetime, description: str = "", debit_account: str = ""
) -> int:
    """Take an earning back whole: its exact negation, in the period that is open now. Idempotent on `new_source`.

    The buyer's money goes back to `debit_account`, by default the one that sales of this kind come from.
    """
    line = Earning.objects.select_related("payee").filter(source=source).first()
    if line is None:
        raise UnknownEarning(source=source)
    draft = EarningDraft(
        payee_ref=line.payee.ref,
        kind=EarningKind.CORRECTION,
        source=new_source,
        corrects=source,
        description=description or line.description,
        gross=-line.gross,
        quantity=-line.quantity,
        discount_municipality=-line.discount_municipality,
        discount_platform=-line.discount_platform,
        discount_merchant=-line.discount_merchant,
        tax_type=line.tax_type,
        debit_account=debit_account or DEBITED.get(line.kind, Code.CUSTOMER_ADVANCES),
        group=line.group,
        order_ref=line.order_ref,
        cycle_no=line.cycle_no,
        commission_bp=line.commission_bp,
        earned_at=at,
    )
    return earn_many([draft], at=at)


@transaction.atomic
def ensure_period(key: str) -> Period:
    """The period of a month, opened when first needed."""
    starts_on, ends_on = days_of(key)
    period, _created = Period.objects.get_or_create(key=key, defaults={"starts_on": starts_on, "ends_on": ends_on})
    return period


def lock_period_for(key: str) -> int:
    """The id of the open period that lines of month `key` go into, share-locked: it cannot close before we commit."""
    last = Period.objects.exclude(state=PeriodState.OPEN).order_by("-starts_on").values_list("key", flat=True).first()
    wanted = key if last is None else max(key, next_key(last))
    period = ensure_period(wanted)
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM statements_period WHERE id = %s FOR SHARE", [period.pk])
        (state,) = cursor.fetchone()
    return period.pk if state == PeriodState.OPEN else lock_period_for(next_key(wanted))


class TermsBook:
    """The terms of some payees, read once."""

    def __init__(self, payee_ids: set[int]) -> None:
        ensure_default_terms()
        self._by_payee: dict[int | None, list[Terms]] = {}
        mine = Terms.objects.filter(payee_id__in=payee_ids) | Terms.objects.filter(payee=None)
        for terms in mine.order_by("from_on"):
            self._by_payee.setdefault(terms.payee_id, []).append(terms)

    def on(self, payee_id: int, day: date) -> Terms:
        """The terms in force: the payee's own, else everybody's; before the first ones, those."""
        own = self._at(self._by_payee.get(payee_id, []), day)
        everybody = self._by_payee[None]
        return own or self._at(everybody, day) or everybody[0]

    @staticmethod
    def _at(versions: list[Terms], day: date) -> Terms | None:
        index = bisect_right(versions, day, key=lambda terms: terms.from_on)
        return versions[index - 1] if index else None


def _payees(refs: set[str]) -> dict[str, int]:
    found = dict(Payee.objects.filter(ref__in=refs).values_list("ref", "pk"))
    for ref in refs - found.keys():
        raise UnknownPayee(ref=ref)
    return found


def _write(
    batch: Sequence[EarningDraft], payees: dict[str, int], book: TermsBook, periods: dict[str, int], at: datetime
) -> int:
    """Insert one batch of lines, then the postings of those that were new."""
    priced = [price_of(draft, book.on(payees[draft.payee_ref], draft.earned_on)) for draft in batch]
    rows = [
        (payees[draft.payee_ref], periods[period_key(draft.earned_on)], *row_of(draft, price))
        for draft, price in zip(batch, priced, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [list(column) for column in zip(*rows, strict=True)])
        new = {source for (source,) in cursor.fetchall()}
    post_many([posting_of(draft, price, at) for draft, price in zip(batch, priced, strict=True) if draft.source in new])
    return len(new)


@dataclass(frozen=True, slots=True)
class Price:
    """The terms, rate and commission of a line."""

    terms_id: int
    rate_bp: int
    fee: Fee


def posting_of(draft: EarningDraft, price: Price, at: datetime) -> PostingDraft:
    """How a line stands in the books."""
    memo = _text(draft.description, 200)
    return PostingDraft(f"earning.{draft.kind}", f"earning:{draft.source}", at, memo, entries_of(draft, price.fee))


def price_of(draft: EarningDraft, terms: Terms) -> Price:
    """The rate and commission of a line under some terms."""
    rate = commission_bp_of(draft.kind, draft.commission_bp, terms.commission_bp, terms.shipping_bp)
    return Price(terms.pk, rate, commission_of(draft.base, rate, terms.vat_mode))


def row_of(draft: EarningDraft, price: Price) -> tuple[object, ...]:
    """One line in the order of `COLUMNS`, from the terms on."""
    fee = price.fee
    return (
        price.terms_id, draft.source, draft.corrects, str(draft.kind), str(draft.tax_type), _text(draft.group, 120),
        _text(draft.description, 200), draft.order_ref, draft.cycle_no, draft.quantity, draft.gross,
        draft.discount_municipality, draft.discount_platform, draft.discount_merchant, draft.base, price.rate_bp,
        fee.commission, fee.vat, draft.base - fee.commission - fee.vat, draft.earned_at, draft.earned_on,
    )  # fmt: skip


def _text(words: str, longest: int) -> str:
    """Words as the database can keep them."""
    return words.replace("\x00", "")[:longest]
