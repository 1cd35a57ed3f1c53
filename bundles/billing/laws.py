"""Laws 3 and 4 of the house: one live order for a box, one charge for an order, none without agreement."""

from core.laws import Law

LAWS = [
    Law(
        "cycle_has_one_order",
        "An order that a box asked for is that box's order, unless it was cancelled.",
        """
        SELECT o.number, o.source, o.state FROM orders_order o
        LEFT JOIN subscriptions_cycle c ON c.order_id = o.id AND o.source = 'cycle:' || c.id
        WHERE o.source LIKE 'cycle:%' AND c.id IS NULL AND o.state <> 'cancelled'
        """,
    ),
    Law(
        "ordered_cycle_is_paid",
        "A box is ordered exactly when its order was paid.",
        """
        SELECT c.id, c.state, o.number, o.state FROM subscriptions_cycle c LEFT JOIN orders_order o ON o.id = c.order_id
        WHERE (c.state IN ('ordered', 'fulfilled'))
           IS DISTINCT FROM coalesce(o.state NOT IN ('placed', 'cancelled'), false)
        """,
    ),
    Law(
        "order_charged_once",
        "An order of a box has at most one succeeded charge, of its total or of its whole term; it is paid when it has"
        " one, or when its term's charge succeeded.",
        """
        SELECT o.number, o.state, o.total, count(h.id), coalesce(sum(h.amount), 0) FROM orders_order o
        LEFT JOIN payments_prepayment p ON p.order_id = o.id
        LEFT JOIN payments_prepaidpart t ON t.order_id = o.id
        LEFT JOIN payments_charge h ON h.order_id = o.id AND h.state = 'succeeded'
        WHERE o.source LIKE 'cycle:%' GROUP BY o.id, p.id, t.id
        HAVING count(h.id) > 1
            OR (count(h.id) = 1
                AND (sum(h.amount) <> coalesce(p.amount, o.total) OR o.state IN ('placed', 'cancelled')))
            OR (count(h.id) = 0 AND o.total > 0 AND o.state NOT IN ('placed', 'cancelled')
                AND (t.id IS NULL OR p.id IS NOT NULL))
        """,
    ),
    Law(
        "charge_is_agreed",
        "No box is charged more than the agreement in force and what was agreed on top of it for that one box; no term"
        " paid in advance more than was agreed for it.",
        """
        SELECT c.id, h.amount, a.amount, x.extra
        FROM payments_charge h JOIN subscriptions_cycle c ON c.order_id = h.order_id
        LEFT JOIN LATERAL (
            SELECT amount FROM subscriptions_agreement WHERE subscription_id = c.subscription_id
              AND agreed_at <= h.reserved_at AND from_on <= (h.reserved_at AT TIME ZONE 'Asia/Seoul')::date
            ORDER BY from_on DESC, id DESC LIMIT 1
        ) a ON true
        LEFT JOIN LATERAL (
            SELECT extra FROM boxes_consent WHERE cycle_id = c.id AND agreed_at <= h.reserved_at
            ORDER BY id DESC LIMIT 1
        ) x ON true
        LEFT JOIN payments_prepayment p ON p.order_id = h.order_id
        LEFT JOIN subscriptions_prepaidterm t ON t.prepayment_id = p.id
        WHERE h.state = 'succeeded' AND CASE
            WHEN p.id IS NOT NULL THEN t.amount IS NULL OR h.amount > t.amount
            ELSE a.amount IS NULL OR h.amount > a.amount + coalesce(x.extra, 0) END
        """,
    ),
    Law(
        "prepaid_box_uses_its_part",
        "A box that comes before the boxes of its prepaid term are all ordered is paid by a part of it.",
        """
        SELECT c.id, c.number, o.number FROM subscriptions_cycle c JOIN orders_order o ON o.id = c.order_id
        JOIN subscriptions_prepaidterm t ON t.subscription_id = c.subscription_id
        LEFT JOIN payments_prepaidpart p ON p.order_id = c.order_id AND p.prepayment_id = t.prepayment_id
        WHERE c.state IN ('ordered', 'fulfilled') AND p.id IS NULL
          AND (t.followed_at IS NULL OR o.placed_at < t.followed_at)
        """,
    ),
    Law(
        "left_term_is_settled",
        "What is left of a prepaid term goes back when it is left, unless a bank holds the money.",
        """
        SELECT s.id, p.id FROM subscriptions_subscription s
        JOIN subscriptions_prepaidterm t ON t.subscription_id = s.id
        JOIN payments_prepayment p ON p.id = t.prepayment_id
        JOIN payments_charge h ON h.order_id = p.order_id AND h.state = 'succeeded'
        WHERE s.state IN ('cancelled', 'ended') AND p.ended_at IS NULL AND s.cancelled_at < now() - interval '1 day'
          AND h.settled_at < now() - interval '1 day'
          AND EXISTS (SELECT 1 FROM payments_prepaidpart x WHERE x.prepayment_id = p.id AND x.order_id IS NULL)
          AND NOT EXISTS (SELECT 1 FROM payments_dispute d WHERE d.charge_id = h.id AND d.state <> 'won')
        """,
    ),
    Law(
        "nothing_after_leaving",
        "No charge is reserved for a subscription after it was cancelled.",
        """
        SELECT s.id, h.key FROM payments_charge h JOIN subscriptions_cycle c ON c.order_id = h.order_id
        JOIN subscriptions_subscription s ON s.id = c.subscription_id
        WHERE s.state = 'cancelled' AND h.reserved_at > s.cancelled_at
        """,
    ),
    Law(
        "paid_box_is_told",
        "A box that was paid more than an hour ago, and comes, is told to its resident exactly once.",
        """
        SELECT c.id, o.number, o.paid_at, count(n.id) FROM subscriptions_cycle c
        JOIN orders_order o ON o.id = c.order_id
        LEFT JOIN notices_notice n ON n.kind = 'charged' AND n.subject = c.id AND n.outcome <> 'dropped'
        JOIN customers_resident r ON r.id = o.resident_id AND r.left_at IS NULL
        WHERE o.paid_at < now() - interval '1 hour' AND c.state IN ('ordered', 'fulfilled')
          AND EXISTS (SELECT 1 FROM payments_charge h WHERE h.order_id = o.id AND h.state = 'succeeded')
        GROUP BY c.id, o.number, o.paid_at HAVING count(n.id) <> 1
        """,
    ),
    Law(
        "told_charge_is_true",
        "What a resident was told to have paid is what the charge of that box took; a failure that was told happened.",
        """
        SELECT n.id, n.kind, n.subject, n.facts ->> 'amount', sum(h.amount) FROM notices_notice n
        LEFT JOIN subscriptions_cycle c ON c.id = n.subject
        LEFT JOIN payments_charge h ON h.order_id = c.order_id
            AND h.state = CASE n.kind WHEN 'charged' THEN 'succeeded' ELSE 'declined' END
        WHERE n.kind IN ('charged', 'failed') AND n.outcome = 'sent' AND n.letter_id IS NOT NULL GROUP BY n.id
        HAVING count(h.id) = 0 OR (n.kind = 'charged' AND sum(h.amount) <> (n.facts ->> 'amount')::bigint)
        """,
    ),
]
