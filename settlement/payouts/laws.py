"""Laws of paying."""

from core.laws import Law

LAWS = [
    Law(
        "payouts.never_more_than_payable",
        "Live payouts of a statement never exceed its payable.",
        """
        SELECT s.number, s.payable, sum(p.amount) FROM payouts_payout p
        JOIN statements_statement s ON s.id = p.statement_id
        WHERE p.state IN ('drawn_up', 'sent', 'paid') GROUP BY s.id HAVING sum(p.amount) > s.payable
        """,
    ),
    Law(
        "payouts.file_total",
        "A bank file's total and count are those of its payouts.",
        """
        SELECT b.number, b.total, coalesce(sum(p.amount), 0) FROM payouts_payoutbatch b
        LEFT JOIN payouts_payout p ON p.batch_id = b.id
        GROUP BY b.id HAVING b.total <> coalesce(sum(p.amount), 0) OR b.count <> count(p.id)
        """,
    ),
    Law(
        "payouts.owed_is_in_the_books",
        "What stands as due to a payee is what it earned less the payouts that are on their way or paid.",
        """
        SELECT y.ref, owed.amount, due.amount FROM statements_payee y
        CROSS JOIN LATERAL (SELECT coalesce(-sum(n.amount), 0) AS amount FROM ledger_entry n
            JOIN ledger_account a ON a.id = n.account_id WHERE a.code = 'payee_payable' AND a.owner = y.ref) owed
        CROSS JOIN LATERAL (SELECT
            (SELECT coalesce(sum(e.payable), 0) FROM statements_earning e WHERE e.payee_id = y.id) -
            (SELECT coalesce(sum(p.amount), 0) FROM payouts_payout p
                JOIN statements_statement s ON s.id = p.statement_id
                WHERE s.payee_id = y.id AND p.state IN ('sent', 'paid')) AS amount) due
        WHERE owed.amount <> due.amount
        """,
    ),
    Law(
        "payouts.statement_agrees",
        "A statement is sent or paid exactly when its live payout is.",
        """
        SELECT s.number, s.state, p.state FROM statements_statement s
        LEFT JOIN payouts_payout p ON p.statement_id = s.id AND p.state IN ('sent', 'paid')
        WHERE (s.state IN ('sent', 'paid') OR p.id IS NOT NULL) AND s.state IS DISTINCT FROM p.state
        """,
    ),
    Law(
        "payouts.payer_is_a_third_person",
        "Whoever drew up a bank file neither closed nor approved its period.",
        """
        SELECT b.number, b.drawn_up_by FROM payouts_payoutbatch b JOIN statements_period p ON p.id = b.period_id
        WHERE b.drawn_up_by IN (p.closed_by, p.approved_by)
        """,
    ),
]
