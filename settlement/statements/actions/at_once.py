"""One earning in two statements: for gates where a person waits. The same line and posting as `earn_many` writes."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from settlement.ledger.actions import post_many
from settlement.ledger.single import POSTING, values_of
from settlement.statements.actions.earning import COLUMNS, NAMES, earn_many, posting_of, price_of, row_of
from settlement.statements.models import PeriodState, Terms
from settlement.statements.rules import EarningDraft, period_key

FACTS = """
SELECT payee.id, period.id, terms.id, terms.commission_bp, terms.shipping_bp, terms.vat_mode
FROM statements_payee payee
JOIN statements_period period ON period.key = %(key)s AND period.state = %(open)s
JOIN LATERAL (
    SELECT * FROM statements_terms
    WHERE (payee_id = payee.id OR payee_id IS NULL) AND from_on <= %(on)s
    ORDER BY payee_id NULLS LAST, from_on DESC LIMIT 1
) terms ON true
WHERE payee.ref = %(ref)s FOR SHARE OF period
"""
EARN = f"""
WITH fact AS (
    INSERT INTO statements_earning ({NAMES}) VALUES ({", ".join(f"%({name})s" for name in COLUMNS)})
    ON CONFLICT (source) DO NOTHING RETURNING id
), {POSTING}
SELECT (SELECT count(*) FROM fact), (SELECT count(*) FROM posting)
"""  # noqa: S608  our own names


@transaction.atomic
def earn_one(draft: EarningDraft, *, at: datetime) -> int:
    """Write one earning and its posting; 1 when it was new. What is not there yet (the month, an account) is made."""
    facts = _facts(draft)
    if facts is None:
        return earn_many([draft], at=at)
    payee_id, period_id, terms = facts
    price = price_of(draft, terms)
    posting = posting_of(draft, price, at)
    if posting.is_empty:
        return earn_many([draft], at=at)
    row: dict[str, Any] = dict(zip(COLUMNS, (payee_id, period_id, *row_of(draft, price)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(EARN, {**row, **values_of(posting)})
        earned, posted = cursor.fetchone()
    if earned and not posted:
        post_many([posting])
    return int(earned)


def _facts(draft: EarningDraft) -> tuple[int, int, Terms] | None:
    """The payee, the open month (share-locked: it stays open until commit) and the terms; None when one is missing."""
    values: dict[str, Any] = {
        "ref": draft.payee_ref, "key": period_key(draft.earned_on), "open": PeriodState.OPEN, "on": draft.earned_on,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FACTS, values)
        found = cursor.fetchone()
    if found is None:
        return None
    payee_id, period_id, terms_id, commission_bp, shipping_bp, vat_mode = found
    terms = Terms(pk=terms_id, commission_bp=commission_bp, shipping_bp=shipping_bp, vat_mode=vat_mode)
    return payee_id, period_id, terms
