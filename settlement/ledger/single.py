"""One posting inside another statement: for gates where a person waits and every round trip counts."""

from typing import Any

from settlement.ledger.rules import PostingDraft

POSTING = """
lines AS (
    SELECT account.id AS account_id, line.amount
    FROM unnest(%(codes)s::text[], %(owners)s::text[], %(amounts)s::bigint[]) AS line (code, owner, amount)
    JOIN ledger_account account ON account.code = line.code AND account.owner = line.owner
), posting AS (
    INSERT INTO ledger_posting (kind, source, at, memo)
    SELECT %(posting_kind)s, %(posting_source)s, %(posting_at)s, %(memo)s FROM fact
    WHERE (SELECT count(*) FROM lines) = cardinality(%(codes)s::text[])
    ON CONFLICT (source) DO NOTHING RETURNING id
), entries AS (
    INSERT INTO ledger_entry (posting_id, account_id, amount)
    SELECT posting.id, lines.account_id, lines.amount FROM posting, lines
)
"""
"""Common table expressions that post when the statement's `fact` has a row. Nothing is posted while one of the accounts
was never used before: then `posting` has no row, and the caller posts by `post_many`."""


def values_of(draft: PostingDraft) -> dict[str, Any]:
    """The parameters of `POSTING`; refuses what does not balance."""
    lines = draft.lines()
    codes, owners, amounts = (list(column) for column in zip(*lines, strict=True))
    return {
        "codes": codes, "owners": owners, "amounts": amounts, "posting_kind": draft.kind,
        "posting_source": draft.source, "posting_at": draft.at, "memo": draft.memo,
    }  # fmt: skip
