"""What each payee earned in a period, added up by the database in one pass."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

SALES = "FILTER (WHERE kind IN ('goods', 'voucher'))"
LINE = "concat_ws('|', source, base, commission, commission_vat, payable, tax_type)"
EXPRESSIONS = {
    "line_count": "count(*)",
    "sales": f"coalesce(sum(gross) {SALES}, 0)",
    "discount_municipality": f"coalesce(sum(discount_municipality) {SALES}, 0)",
    "discount_platform": f"coalesce(sum(discount_platform) {SALES}, 0)",
    "discount_merchant": f"coalesce(sum(discount_merchant) {SALES}, 0)",
    "base": f"coalesce(sum(base) {SALES}, 0)",
    "commission": f"coalesce(sum(commission) {SALES}, 0)",
    "commission_vat": f"coalesce(sum(commission_vat) {SALES}, 0)",
    "shipping": "coalesce(sum(payable) FILTER (WHERE kind = 'shipping'), 0)",
    "corrections": "coalesce(sum(payable) FILTER (WHERE kind = 'correction'), 0)",
    "earned": "sum(payable)",
    "taxable": "coalesce(sum(base) FILTER (WHERE tax_type = 'taxable'), 0)",
    "exempt": "coalesce(sum(base) FILTER (WHERE tax_type = 'exempt'), 0)",
    "lines_hash": f"encode(sha256(convert_to(string_agg({LINE}, E'\\n' ORDER BY id), 'UTF8')), 'hex')",
}
COLUMNS = tuple(EXPRESSIONS)
SUMS = ", ".join(f"{expression} AS {name}" for name, expression in EXPRESSIONS.items())
QUERY = f"SELECT payee_id, {SUMS} FROM statements_earning WHERE period_id = %s GROUP BY payee_id"  # noqa: S608  our names
NO_LINES_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@dataclass(frozen=True, slots=True)
class Totals:
    """A payee's lines added up."""

    line_count: int = 0
    sales: int = 0
    discount_municipality: int = 0
    discount_platform: int = 0
    discount_merchant: int = 0
    base: int = 0
    commission: int = 0
    commission_vat: int = 0
    shipping: int = 0
    corrections: int = 0
    earned: int = 0
    taxable: int = 0
    exempt: int = 0
    lines_hash: str = NO_LINES_HASH


def totals_of(period_id: int) -> dict[int, Totals]:
    """The totals of a period by payee. Call it inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(QUERY, [period_id])
        return {payee: _totals(row) for payee, *row in cursor.fetchall()}


def _totals(row: list[Any]) -> Totals:
    """Sums come back as Decimal; the hash is the last column."""
    sums: dict[str, Any] = dict(zip(COLUMNS, map(int, row[:-1]), strict=False))
    return Totals(**sums, lines_hash=row[-1])


def carried_into(starts_on: date) -> dict[int, int]:
    """What the statements of the period before leave for this one: held back and carried out, by payee."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT payee_id, held_amount + carried_out FROM statements_statement
            WHERE held_amount + carried_out <> 0 AND period_id = (
                SELECT id FROM statements_period WHERE starts_on < %s AND state <> 'open'
                ORDER BY starts_on DESC LIMIT 1)
            """,
            [starts_on],
        )
        return dict(cursor.fetchall())
