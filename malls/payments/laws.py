"""Law 3 of the house and its neighbors: one charge per order, in the books as at the provider."""

from core.laws import Law

LAWS = [
    Law(
        "order_charged_once",
        "A paid order has exactly one succeeded charge over its total; one of zero won has none.",
        """
        SELECT o.number, o.state, o.total, count(c.id), sum(c.amount)
        FROM orders_order o LEFT JOIN payments_charge c ON c.order_id = o.id AND c.state = 'succeeded'
        GROUP BY o.id HAVING
            CASE WHEN o.state IN ('placed', 'cancelled') THEN count(c.id) <> 0
                 WHEN o.total = 0 THEN count(c.id) <> 0
                 ELSE count(c.id) <> 1 OR sum(c.amount) <> o.total END
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
        "Refunds never exceed the charge; a refunded order was given back whole.",
        """
        SELECT o.number, c.amount, sum(r.amount) FROM payments_charge c
        JOIN orders_order o ON o.id = c.order_id
        LEFT JOIN payments_refund r ON r.charge_id = c.id AND r.state <> 'failed'
        WHERE c.state = 'succeeded' GROUP BY o.id, c.id
        HAVING coalesce(sum(r.amount), 0) > c.amount
            OR (o.state = 'refunded' AND coalesce(sum(r.amount), 0) <> c.amount)
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
]
