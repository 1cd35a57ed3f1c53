"""Laws of the books."""

from core.laws import Law

LAWS = [
    Law(
        "ledger.sums_to_zero",
        "Each posting has at least two entries and they sum to zero.",
        """
        SELECT p.source, count(e.id), coalesce(sum(e.amount), 0)
        FROM ledger_posting p LEFT JOIN ledger_entry e ON e.posting_id = p.id
        GROUP BY p.id HAVING count(e.id) < 2 OR coalesce(sum(e.amount), 0) <> 0
        """,
    ),
    Law(
        "ledger.whole_sums_to_zero",
        "The whole ledger sums to zero.",
        "SELECT 'ledger', sum(amount) FROM ledger_entry HAVING sum(amount) <> 0",
    ),
    Law(
        "ledger.reversal_is_exact",
        "A reversal is the exact negation of the posting it reverses.",
        """
        SELECT r.source, gap.account_id, gap.amount
        FROM ledger_posting r
        CROSS JOIN LATERAL (
            SELECT account_id, sum(amount) AS amount FROM ledger_entry
            WHERE posting_id IN (r.id, r.reverses_id) GROUP BY account_id HAVING sum(amount) <> 0
        ) gap
        WHERE r.reverses_id IS NOT NULL
        """,
    ),
    Law(
        "ledger.guards_stand",
        "The triggers that keep the ledger from being changed are in place and enabled.",
        """
        SELECT wanted.name FROM (VALUES ('ledger_posting_unchanged'), ('ledger_entry_unchanged'),
            ('ledger_account_unchanged'),
            ('ledger_posting_balances'), ('ledger_entry_balances')) AS wanted(name)
        WHERE NOT EXISTS (
            SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND t.tgname = wanted.name AND t.tgenabled IN ('O', 'A')
        )
        """,
    ),
]
