"""Law 3 of the house and its neighbors: one charge per order, in the books as at the provider."""

from core.laws import Law

LAWS = [
    Law(
        "order_charged_once",
        "A paid order is covered exactly once and to the won: by its own charge or by its part of a prepayment.",
        """
        SELECT o.number, o.state, o.total, own.amount, part.used
        FROM orders_order o
        LEFT JOIN (
            SELECT order_id, count(*) AS n, sum(amount) AS amount FROM payments_charge
            WHERE state = 'succeeded' GROUP BY 1
        ) own ON own.order_id = o.id
        LEFT JOIN payments_prepayment ahead ON ahead.order_id = o.id AND own.n > 0
        LEFT JOIN (
            SELECT t.order_id, t.used, p.order_id AS payer FROM payments_prepaidpart t
            JOIN payments_prepayment p ON p.id = t.prepayment_id
            JOIN payments_charge c ON c.order_id = p.order_id AND c.state = 'succeeded'
        ) part ON part.order_id = o.id
        WHERE CASE
            WHEN o.state IN ('placed', 'cancelled') THEN own.n IS NOT NULL OR part.payer IS NOT NULL
            WHEN o.total = 0 THEN own.n IS NOT NULL
            ELSE coalesce(own.n, 0) + coalesce((part.payer <> o.id)::int, 0) <> 1
              OR coalesce(own.amount, 0) - coalesce(ahead.amount, 0) + coalesce(part.used, 0) <> o.total
        END
        """,
    ),
    Law(
        "prepayment_is_shared_out",
        "A prepayment's parts add up to it; what was used, given back and kept of it never exceeds it.",
        """
        SELECT p.id, p.amount, t.amount, t.used, r.back, p.kept FROM payments_prepayment p
        LEFT JOIN (SELECT prepayment_id, sum(amount) AS amount, sum(used) AS used
                   FROM payments_prepaidpart GROUP BY 1) t ON t.prepayment_id = p.id
        LEFT JOIN (SELECT prepayment_id, sum(amount) AS back FROM payments_refund GROUP BY 1) r
            ON r.prepayment_id = p.id
        WHERE p.amount IS DISTINCT FROM t.amount OR t.used + coalesce(r.back, 0) + p.kept > p.amount
           OR (p.ended_at IS NOT NULL AND t.used + coalesce(r.back, 0) + p.kept <> p.amount)
        """,
    ),
    Law(
        "prepaid_terms_are_owed",
        "What the books owe for terms paid in advance is what no order used, nobody got back and nobody kept.",
        """
        SELECT 'prepaid_terms', b.owed, p.rest FROM (
            SELECT coalesce(-sum(e.amount), 0) AS owed FROM ledger_entry e
            JOIN ledger_account a ON a.id = e.account_id AND a.code = 'prepaid_terms'
        ) b, (
            SELECT coalesce(sum(p.amount - p.kept - coalesce(t.used, 0) - coalesce(r.back, 0)), 0) AS rest
            FROM payments_prepayment p
            JOIN payments_charge c ON c.order_id = p.order_id AND c.state = 'succeeded'
            LEFT JOIN (SELECT prepayment_id, sum(used) AS used FROM payments_prepaidpart GROUP BY 1) t
                ON t.prepayment_id = p.id
            LEFT JOIN (SELECT prepayment_id, sum(amount) AS back FROM payments_refund GROUP BY 1) r
                ON r.prepayment_id = p.id
        ) p WHERE b.owed <> p.rest
        """,
    ),
    Law(
        "charge_is_in_the_books",
        "A succeeded charge has exactly one posting over its amount, and every such posting its charge.",
        """
        SELECT coalesce('charge:' || c.id, p.source), c.amount, p.amount
        FROM (SELECT * FROM payments_charge WHERE state = 'succeeded') c
        FULL JOIN (
            SELECT p.source, sum(e.amount) FILTER (WHERE e.amount > 0) AS amount
            FROM ledger_posting p JOIN ledger_entry e ON e.posting_id = p.id WHERE p.kind = 'charge' GROUP BY p.id
        ) p ON p.source = 'charge:' || c.id
        WHERE c.amount IS DISTINCT FROM p.amount
        """,
    ),
    Law(
        "refunds_within_charge",
        "Refunds never exceed the charge, and each is the money of the pieces and the shipping that came off.",
        """
        SELECT o.number, c.amount, r.amount, r.off
        FROM payments_charge c JOIN orders_order o ON o.id = c.order_id JOIN (
            SELECT r.charge_id, sum(r.amount) FILTER (WHERE r.state <> 'failed') AS amount,
                   bool_or(r.amount <> x.shipping + coalesce(l.paid, 0)) AS differs,
                   bool_or((r.state = 'failed') <> (x.undone_at IS NOT NULL)) FILTER (WHERE x.id IS NOT NULL) AS loose,
                   sum(x.shipping + coalesce(l.paid, 0)) AS off
            FROM payments_refund r LEFT JOIN orders_return x ON x.id = r.returned_id
            LEFT JOIN (SELECT returned_id, sum(paid) AS paid FROM orders_returnline GROUP BY 1) l
                ON l.returned_id = x.id
            GROUP BY r.charge_id
        ) r ON r.charge_id = c.id
        WHERE r.amount > c.amount OR r.differs OR r.loose
        """,
    ),
    Law(
        "refunds_tax_free_within_charge",
        "The tax-free parts of refunds never exceed the tax-free part of the charge.",
        """
        SELECT c.key, c.tax_free, sum(r.tax_free) FROM payments_charge c
        JOIN payments_refund r ON r.charge_id = c.id AND r.state <> 'failed'
        GROUP BY c.id HAVING sum(r.tax_free) > c.tax_free
        """,
    ),
    Law(
        "refund_is_in_the_books",
        "What went back, and what is owed because a card would not take it, stands in the books.",
        """
        SELECT r.key, r.state, r.amount, p.sent, p.due FROM payments_refund r LEFT JOIN (
            SELECT split_part(g.source, ':', 2) AS refund,
                   coalesce(-sum(e.amount) FILTER (WHERE a.code IN ('provider_clearing', 'bank')), 0) AS sent,
                   coalesce(-sum(e.amount) FILTER (WHERE a.code = 'refunds_due'), 0) AS due
            FROM ledger_posting g JOIN ledger_entry e ON e.posting_id = g.id
            JOIN ledger_account a ON a.id = e.account_id
            WHERE g.kind IN ('refund', 'refund_failed', 'refund_owed', 'refund_repaid') GROUP BY 1
        ) p ON p.refund = r.id::text
        WHERE coalesce(p.sent, 0) <> CASE WHEN r.state IN ('pending', 'succeeded', 'repaid') THEN r.amount ELSE 0 END
           OR coalesce(p.due, 0) <> CASE WHEN r.state = 'owed' THEN r.amount ELSE 0 END
        """,
    ),
    Law(
        "charge_asked_after_reserved",
        "A charge's key was stored before it was asked, and a settled charge knows when.",
        """
        SELECT key, state FROM payments_charge
        WHERE asked_at < reserved_at OR (state IN ('asked', 'unknown', 'succeeded') AND asked_at IS NULL)
           OR (state IN ('succeeded', 'declined')) <> (settled_at IS NOT NULL)
           OR (state = 'succeeded') AND provider_ref = ''
        """,
    ),
    Law(
        "no_charge_unknown_for_long",
        "No charge stays without an answer for more than seven days.",
        "SELECT key, state FROM payments_charge "
        "WHERE state IN ('reserved', 'asked', 'unknown') AND reserved_at < now() - interval '7 days'",
    ),
    Law(
        "dispute_is_in_the_books",
        "What banks hold of open disputes stands in the books; nothing is left of a closed one.",
        """
        SELECT d.provider_ref, d.state, d.withdrawn, p.held FROM payments_dispute d LEFT JOIN (
            SELECT split_part(g.source, ':', 2) AS dispute, sum(e.amount) AS held FROM ledger_posting g
            JOIN ledger_entry e ON e.posting_id = g.id
            JOIN ledger_account a ON a.id = e.account_id AND a.code = 'disputed' GROUP BY 1
        ) p ON p.dispute = d.id::text
        WHERE coalesce(p.held, 0) <> CASE WHEN d.state IN ('open', 'review') THEN d.withdrawn ELSE 0 END
           OR (d.state = 'won' AND d.withdrawn <> 0)
        """,
    ),
    Law(
        "refunds_and_disputes_within_charge",
        "No bank takes more than a charge, and nothing is given back that a bank has taken already.",
        """
        SELECT c.key, c.amount, t.lost, t.most, r.amount FROM payments_charge c
        JOIN LATERAL (
            SELECT sum(withdrawn) AS lost, max(withdrawn) AS most, min(closed_at) AS since
            FROM payments_dispute WHERE charge_id = c.id
        ) t ON t.most > 0
        JOIN LATERAL (
            SELECT sum(amount) AS amount, max(reserved_at) AS last
            FROM payments_refund WHERE charge_id = c.id AND state <> 'failed'
        ) r ON true
        WHERE t.most > c.amount OR (r.last > t.since AND t.lost + r.amount > c.amount)
        """,
    ),
    Law(
        "compared_days_are_explained_item_by_item",
        "At the end of each compared day our books and the provider's report differ by exactly the listed items.",
        """
        SELECT d.day, d.here, d.there, coalesce(x.gap, 0), coalesce(l.there, 0) FROM payments_comparedday d
        LEFT JOIN (SELECT compared_id, sum(here - there) AS gap FROM payments_difference GROUP BY 1) x
            ON x.compared_id = d.id
        LEFT JOIN LATERAL (SELECT sum(amount - fee) AS there FROM payments_balanceline
            WHERE at < ((d.day + 1)::timestamp AT TIME ZONE 'Asia/Seoul')) l ON true
        WHERE d.here - d.there <> coalesce(x.gap, 0)
           OR (d.day = (SELECT max(day) FROM payments_comparedday) AND d.there <> coalesce(l.there, 0))
        """,
    ),
    Law(
        "told_money_was_given_back",
        "Money that a resident was told to get back is a refund of that amount which the provider carried out.",
        """
        SELECT n.id, n.subject, n.facts ->> 'amount', r.amount, r.state FROM notices_notice n
        LEFT JOIN payments_refund r ON r.id = n.subject
        WHERE n.kind = 'refunded' AND n.outcome = 'sent' AND n.letter_id IS NOT NULL
          AND (r.state IS NULL OR r.state NOT IN ('succeeded', 'owed', 'repaid')
               OR r.amount::text <> n.facts ->> 'amount')
        """,
    ),
]
