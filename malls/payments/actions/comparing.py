"""The daily comparison with the provider's balance report. Differences are classified and shown, never forced away.

Fees and payouts are facts of the report and become postings. Everything else must stand in our books already.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from core.actor import Actor
from core.clock import days_after, kst_date, kst_midnight
from malls.payments.errors import DayNotOver
from malls.payments.gateways import BalanceItem, Gateway
from malls.payments.models import BalanceLine, ComparedDay, Difference, DifferenceCode, DifferenceState
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import PostingDraft

LOOK_BACK = timedelta(days=3)
"""Lines that appeared late are found for so long; a whole outage is caught up from the last compared day."""
BATCH = 2_000
ITEMS = """
    WITH ours AS (
        SELECT CASE p.kind WHEN 'charge' THEN 'charge:' || c.provider_ref
                           WHEN 'refund' THEN 'refund:' || r.provider_ref
                           WHEN 'refund_failed' THEN 'refund:' || r.provider_ref
                           WHEN 'dispute_funds' THEN 'dispute:' || d.provider_ref
                           ELSE p.source END AS subject,
               max(p.memo) AS number,
               coalesce(sum(e.amount) FILTER (WHERE p.at < %(cut)s), 0) AS won,
               coalesce(sum(e.amount) FILTER (WHERE p.at >= %(cut)s), 0) AS later
        FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id AND a.code = 'provider_clearing'
        JOIN ledger_posting p ON p.id = e.posting_id
        LEFT JOIN payments_charge c ON c.id = CASE p.kind WHEN 'charge' THEN split_part(p.source, ':', 2)::bigint END
        LEFT JOIN payments_refund r
            ON r.id = CASE WHEN p.kind IN ('refund', 'refund_failed') THEN split_part(p.source, ':', 2)::bigint END
        LEFT JOIN payments_dispute d
            ON d.id = CASE p.kind WHEN 'dispute_funds' THEN split_part(p.source, ':', 2)::bigint END
        GROUP BY 1
    ), theirs AS (
        SELECT subject, sum(won) FILTER (WHERE at < %(cut)s) AS won, sum(won) FILTER (WHERE at >= %(cut)s) AS later,
               count(*) FILTER (WHERE at < %(cut)s) AS lines
        FROM (
            SELECT kind || ':' || subject AS subject, amount AS won, at FROM payments_balanceline
            UNION ALL
            SELECT 'fee:' || reference, -fee, at FROM payments_balanceline WHERE fee <> 0
        ) all_lines GROUP BY subject
    )
    SELECT coalesce(o.subject, t.subject), coalesce(o.number, ''), coalesce(o.won, 0), coalesce(t.won, 0),
           coalesce(o.later, 0), coalesce(t.later, 0), coalesce(t.lines, 0), o.subject IS NULL, t.subject IS NULL
    FROM ours o FULL JOIN theirs t ON t.subject = o.subject
    WHERE coalesce(o.won, 0) <> coalesce(t.won, 0)
    ORDER BY 1
"""
TOTALS = """
    SELECT (SELECT coalesce(sum(e.amount), 0) FROM ledger_entry e
            JOIN ledger_account a ON a.id = e.account_id AND a.code = 'provider_clearing'
            JOIN ledger_posting p ON p.id = e.posting_id WHERE p.at < %(cut)s),
           (SELECT coalesce(sum(amount - fee), 0) FROM payments_balanceline WHERE at < %(cut)s)
"""


def compare_day(day: date, *, gateway: Gateway, at: datetime) -> ComparedDay:
    """Take the report in up to the end of a Korean day and compare it with our books. Safe to call again."""
    cut = kst_midnight(days_after(day, 1))
    if at < cut:
        raise DayNotOver(day=day)
    last = ComparedDay.objects.order_by("day").last()
    since = kst_midnight(min(last.day, day)) - LOOK_BACK if last else kst_midnight(date(2020, 1, 1))
    take_in(gateway.balance_lines(since, at))
    return _compare(day, cut, at)


@transaction.atomic
def take_in(items: Iterable[BalanceItem]) -> int:
    """Keep lines of the report that are new, with the postings of fees and payouts; how many lines came."""
    lines = [
        BalanceLine(
            reference=one.reference, kind=one.kind, subject=one.subject, amount=one.amount, fee=one.fee, at=one.at
        )
        for one in items
    ]
    BalanceLine.objects.bulk_create(lines, ignore_conflicts=True, batch_size=BATCH)
    post_many([draft for line in lines for draft in _facts(line)])
    return len(lines)


def _facts(line: BalanceLine) -> list[PostingDraft]:
    """The provider keeps a fee; the provider pays out."""
    drafts = []
    if line.fee:
        entries = [(Code.PROVIDER_FEES, "", line.fee), (Code.PROVIDER_CLEARING, "", -line.fee)]
        drafts.append(PostingDraft("provider_fee", f"fee:{line.reference}", line.at, line.subject, entries))
    if line.kind == "payout":
        entries = [(Code.BANK, "", -line.amount), (Code.PROVIDER_CLEARING, "", line.amount)]
        drafts.append(PostingDraft("provider_payout", f"payout:{line.subject}", line.at, line.subject, entries))
    return drafts


@transaction.atomic
def _compare(day: date, cut: datetime, at: datetime) -> ComparedDay:
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, {"cut": cut})
        here, there = cursor.fetchone()
        cursor.execute(ITEMS, {"cut": cut})
        rows = cursor.fetchall()
    compared, _created = ComparedDay.objects.update_or_create(
        day=day, defaults={"here": here, "there": there, "compared_at": at}
    )
    known = {one.subject: one for one in Difference.objects.filter(compared=compared)}
    last = ComparedDay.objects.filter(day__lt=day).order_by("day").last()
    before = {one.subject: one for one in last.differences.all()} if last else {}
    fresh = [_difference(compared, row) for row in rows]
    gone = known.keys() - {one.subject for one in fresh}
    Difference.objects.filter(compared=compared, subject__in=gone).delete()
    for one in fresh:
        _carry_on(one, known.get(one.subject) or before.get(one.subject))
    _store(fresh, known)
    return compared


def _difference(compared: ComparedDay, row: Sequence[Any]) -> Difference:
    subject, number, here, there, *rest = row
    code = code_of(subject, here, there, *rest)
    return Difference(
        compared=compared, subject=subject[:120], order_number=number[:20], here=here, there=there, code=code
    )


def code_of(  # noqa: PLR0917  a row of the comparison
    subject: str,
    here: int,
    there: int,
    here_later: int,
    there_later: int,
    lines: int,
    unknown_here: bool,  # noqa: FBT001
    unknown_there: bool,  # noqa: FBT001
) -> str:
    """Why a subject differs at the cut: its kind, and what either side knows of it, before and after."""
    kind = subject.partition(":")[0]
    if here + here_later == there + there_later:
        return DifferenceCode.TIMING
    if kind in ("fee", "refund", "dispute"):
        return kind
    if kind != "charge":
        return DifferenceCode.UNKNOWN
    if unknown_here:
        return DifferenceCode.MISSING_HERE
    if unknown_there:
        return DifferenceCode.MISSING_THERE
    return DifferenceCode.TWICE if lines > 1 else DifferenceCode.AMOUNT


def _carry_on(one: Difference, earlier: Difference | None) -> None:
    """An explanation stays good while nothing about the difference changes."""
    if earlier and (earlier.here, earlier.there, earlier.code) == (one.here, one.there, one.code):
        one.state, one.explanation = earlier.state, earlier.explanation
        one.explained_by = earlier.explained_by


def _store(fresh: Sequence[Difference], known: dict[str, Difference]) -> None:
    for one in fresh:
        if one.subject in known:
            one.pk = known[one.subject].pk
    names = ["code", "order_number", "here", "there", "state", "explanation", "explained_by"]
    Difference.objects.bulk_update([one for one in fresh if one.pk], names, batch_size=BATCH)
    Difference.objects.bulk_create([one for one in fresh if not one.pk], batch_size=BATCH)


def compare_due(*, gateway: Gateway, at: datetime) -> list[ComparedDay]:
    """Compare every day that is over and was not compared, oldest first; the first time only yesterday."""
    yesterday = days_after(kst_date(at), -1)
    last = ComparedDay.objects.order_by("day").last()
    day = days_after(last.day, 1) if last else yesterday
    compared = []
    while day <= yesterday:
        compared.append(compare_day(day, gateway=gateway, at=at))
        day = days_after(day, 1)
    return compared


@transaction.atomic
def explain_difference(one: Difference, words: str, *, by: Actor, at: datetime) -> Difference:
    """A person says why it differs. The amounts stay as they are."""
    locked = Difference.objects.select_for_update().get(pk=one.pk)
    if locked.state == DifferenceState.EXPLAINED and locked.explanation == words:
        return locked
    if locked.state == DifferenceState.EXPLAINED:
        locked.move(DifferenceState.OPEN, by=by, at=at)
    return locked.move(
        DifferenceState.EXPLAINED, by=by, at=at, why=words[:300], explanation=words[:500], explained_by=by.name
    )
