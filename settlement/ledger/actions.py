"""Writing into the books. Nothing else writes them, nothing ever changes them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from core.rows import as_json, insert_into, rows_from
from settlement.ledger.accounts import KINDS
from settlement.ledger.errors import AlreadyReversed
from settlement.ledger.models import Account, Posting
from settlement.ledger.rules import Line, PostingDraft

BATCH = 5_000

POSTING = {"kind": "text", "source": "text", "at": "timestamptz", "memo": "text"}
ENTRY = {"source": "text", "account_id": "bigint", "amount": "bigint"}
INSERT = f"""
    WITH fresh AS ({insert_into("ledger_posting", POSTING)} ON CONFLICT (source) DO NOTHING RETURNING id, source),
    written AS (
        INSERT INTO ledger_entry (posting_id, account_id, amount)
        SELECT fresh.id, entry.account_id, entry.amount FROM {rows_from(ENTRY, "entry")} JOIN fresh USING (source)
    ) SELECT count(*) FROM fresh
"""  # noqa: S608  our own names
NEGATE = """
    INSERT INTO ledger_entry (posting_id, account_id, amount)
    SELECT %s, account_id, -amount FROM ledger_entry WHERE posting_id = %s ORDER BY id
"""


def post(draft: PostingDraft) -> Posting:
    """Write one posting; a source posted before is returned as it stands."""
    post_many([draft])
    return Posting.objects.get(source=draft.source)


@transaction.atomic
def post_many(drafts: Sequence[PostingDraft]) -> int:
    """Write many postings set-wise and return how many were new. Sources posted before are left as they stand.

    Drafts whose lines are all zero are not written. One that does not balance refuses the whole call.
    """
    ready = {draft.source: (draft, draft.lines()) for draft in drafts if not draft.is_empty}
    accounts = _accounts(line for _, lines in ready.values() for line in lines)
    sources = list(ready)
    return sum(
        _write([ready[source] for source in sources[start : start + BATCH]], accounts)
        for start in range(0, len(sources), BATCH)
    )


@transaction.atomic
def reverse(posting: Posting, *, at: datetime, memo: str = "", source: str = "") -> Posting:
    """Write the exact negation of a posting, once. `source` defaults to `reversal:<its source>`."""
    Posting.objects.select_for_update().get(pk=posting.pk)
    if Posting.objects.filter(reverses=posting).exists():
        raise AlreadyReversed(source=posting.source)
    reversal = Posting.objects.create(
        kind=posting.kind,
        source=source or f"reversal:{posting.source}",
        at=at,
        memo=memo or posting.memo,
        reverses=posting,
    )
    with connection.cursor() as cursor:
        cursor.execute(NEGATE, [reversal.pk, posting.pk])
    return reversal


def _accounts(lines: Iterable[Line]) -> dict[tuple[str, str], int]:
    """The ids of the accounts that the lines name; those not there yet are opened."""
    wanted = sorted({(code, owner) for code, owner, _ in lines})
    codes = {code for code, _ in wanted}
    owners = {owner for _, owner in wanted}
    known = _known_accounts(codes, owners)
    missing = [
        Account(code=code, owner=owner, kind=KINDS[code]) for code, owner in wanted if (code, owner) not in known
    ]
    if missing:
        Account.objects.bulk_create(missing, ignore_conflicts=True)
        known = _known_accounts(codes, owners)
    return known


def _known_accounts(codes: set[str], owners: set[str]) -> dict[tuple[str, str], int]:
    rows = Account.objects.filter(code__in=codes, owner__in=owners).values_list("code", "owner", "pk")
    return {(code, owner): pk for code, owner, pk in rows}


def _write(batch: Sequence[tuple[PostingDraft, list[Line]]], accounts: dict[tuple[str, str], int]) -> int:
    """Insert one batch in one statement; entries only for the postings that were new."""
    postings = [(draft.kind, draft.source, draft.at, draft.memo) for draft, _ in batch]
    entries = [(draft.source, accounts[code, owner], amount) for draft, lines in batch for code, owner, amount in lines]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [as_json(POSTING, postings), as_json(ENTRY, entries)])
        return int(cursor.fetchone()[0])
