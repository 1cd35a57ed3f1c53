"""The sums of settlement over plain values: no database, no clock. Worked tables: docs/rules/settlement.md."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from core.clock import add_months, kst_date, month_of
from core.money import Won, cut_under_ten, rate_of, vat_inside
from settlement.ledger.accounts import Code
from settlement.ledger.rules import Line
from settlement.statements.errors import BadPeriodKey
from settlement.statements.models.earnings import EarningKind, TaxType
from settlement.statements.models.payees import Rounding, VatMode

KEY = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class EarningDraft:
    """One line to be earned. Every amount is signed won: a refund is the same line with minus signs.

    The discounts are inside `gross` and say who pays them; `gross` less all discounts is what the buyer paid and what
    `debit_account` (of `debit_owner`) gives up. `commission_bp` None means the payee's own terms on that day.
    """

    payee_ref: str
    kind: str
    source: str
    description: str
    gross: int
    earned_at: datetime
    quantity: int = 1
    discount_municipality: int = 0
    discount_platform: int = 0
    discount_merchant: int = 0
    tax_type: str = TaxType.TAXABLE
    debit_account: str = Code.CUSTOMER_ADVANCES
    debit_owner: str = ""
    group: str = ""
    order_ref: str = ""
    cycle_no: int | None = None
    commission_bp: int | None = None
    corrects: str = ""

    @property
    def base(self) -> Won:
        """What commission is taken from: the price less what the payee gives away itself."""
        return Won(self.gross - self.discount_merchant)

    @property
    def earned_on(self) -> date:
        """The Korean day on which it was earned."""
        return kst_date(self.earned_at)


@dataclass(frozen=True, slots=True)
class Fee:
    """Commission without VAT, and the VAT on it."""

    commission: Won
    vat: Won


def commission_of(base: int, rate_bp: int, vat_mode: str) -> Fee:
    """The commission on `base`, rounded half away from zero to the won. Symmetric: a refund gives it all back."""
    fee = rate_of(base, rate_bp)
    if vat_mode == VatMode.INSIDE:
        return Fee(*vat_inside(fee))
    return Fee(fee, rate_of(fee, 1_000))


def entries_of(draft: EarningDraft, fee: Fee) -> list[Line]:
    """How an earning stands in the books: the buyer's money and the funders' shares become the payee's and ours."""
    paid = draft.gross - draft.discount_municipality - draft.discount_platform - draft.discount_merchant
    payable = draft.base - fee.commission - fee.vat
    return [
        (draft.debit_account, draft.debit_owner, paid),
        (Code.MUNICIPALITY_SUBSIDY, "", draft.discount_municipality),
        (Code.PLATFORM_SUBSIDY, "", draft.discount_platform),
        (Code.PAYEE_PAYABLE, draft.payee_ref, -payable),
        (Code.COMMISSION_INCOME, "", -fee.commission),
        (Code.COMMISSION_VAT, "", -fee.vat),
    ]


@dataclass(frozen=True, slots=True)
class Result:
    """What becomes of a payee's sum: paid, held back, or carried to the next month."""

    payable: Won
    held: Won
    carried_out: Won


def draw_up(earned: int, carried_in: int, *, is_held: bool, min_payout: int, rounding: str) -> Result:
    """Decide a statement: payable + held + carried_out = earned + carried_in, always.

    A negative sum and one below the smallest payment are carried; a held payee's sum is held back whole.
    """
    total = earned + carried_in
    if total <= 0 or (total < min_payout and not is_held):
        return Result(Won(0), Won(0), Won(total))
    if is_held:
        return Result(Won(0), Won(total), Won(0))
    payable = cut_under_ten(total) if rounding == Rounding.CARRY_UNDER_TEN else Won(total)
    return Result(payable, Won(0), Won(total - payable))


def commission_bp_of(kind: str, own: int | None, goods_bp: int, shipping_bp: int) -> int:
    """The rate for a line: its own, else by kind from the payee's terms."""
    if own is not None:
        return own
    return shipping_bp if kind == EarningKind.SHIPPING else goods_bp


def period_key(day: date) -> str:
    """The key of the period that a day belongs to."""
    return f"{day:%Y-%m}"


def days_of(key: str) -> tuple[date, date]:
    """The half-open days of a period."""
    found = KEY.fullmatch(key)
    if not found:
        raise BadPeriodKey(key=key)
    return month_of(date(int(found[1]), int(found[2]), 1))


def next_key(key: str) -> str:
    """The key of the period after."""
    return period_key(add_months(days_of(key)[0], 1))


HASHED = (
    "number", "payee_name", "business_no", "bank_code", "masked_account", "holder", "line_count", "sales",
    "discount_municipality", "discount_platform", "discount_merchant", "base", "commission", "commission_vat",
    "shipping", "corrections", "earned", "carried_in", "held_amount", "carried_out", "payable", "taxable", "exempt",
    "lines_hash",
)  # fmt: skip


def content_hash(values: dict[str, object]) -> str:
    """The hash that stands on the paper: SHA-256 of the frozen fields, joined by `|` in the order of `HASHED`."""
    return hashlib.sha256("|".join(str(values[name]) for name in HASHED).encode()).hexdigest()
