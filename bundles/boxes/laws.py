"""What holds for swaps, add-ons and shortages."""

from core.laws import Law

LAWS = [
    Law(
        "swap_is_allowed",
        "A swap stands for an alternative of the very component, and its price was agreed to.",
        """
        SELECT s.id, s.cycle_id FROM boxes_swap s JOIN boxes_alternative a ON a.id = s.alternative_id
        WHERE a.component_id <> s.component_id OR s.extra < 0 OR s.agreed < s.extra
        """,
    ),
    Law(
        "box_lines_are_allowed",
        "A box's order holds only what its edition holds, what may stand for it, or what rides along.",
        """
        SELECT c.id, l.id, l.name FROM subscriptions_cycle c JOIN orders_orderline l ON l.order_id = c.order_id
        WHERE l.product_id IS NOT NULL AND c.edition_id IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM plans_component p
                          WHERE p.edition_id = c.edition_id AND p.product_id = l.product_id)
          AND NOT EXISTS (SELECT 1 FROM boxes_alternative a JOIN plans_component p ON p.id = a.component_id
                          WHERE p.edition_id = c.edition_id AND a.product_id = l.product_id)
          AND NOT EXISTS (SELECT 1 FROM boxes_extra e JOIN boxes_addon o ON o.id = e.add_on_id
                          WHERE e.cycle_id = c.id AND o.product_id = l.product_id)
        """,
    ),
    Law(
        "choice_is_consented",
        "What a box's swaps and add-ons cost on top is what its newest consent says.",
        """
        SELECT c.id, c.extra, x.extra FROM (
            SELECT cycle_id AS id, sum(won) AS extra FROM (
                SELECT cycle_id, agreed AS won FROM boxes_swap
                UNION ALL SELECT cycle_id, pieces * unit_price FROM boxes_extra
            ) chosen GROUP BY cycle_id
        ) c LEFT JOIN LATERAL (
            SELECT extra FROM boxes_consent WHERE cycle_id = c.id ORDER BY id DESC LIMIT 1
        ) x ON true
        WHERE x.extra IS DISTINCT FROM c.extra
        """,
    ),
    Law(
        "confirmed_shares_fit",
        "The boxes to be served of a confirmed shortage need no more than there was to share.",
        """
        SELECT s.id, s.available, sum(h.pieces) FROM boxes_shortage s
        JOIN boxes_share h ON h.shortage_id = s.id AND h.is_served
        JOIN subscriptions_cycle c ON c.id = h.cycle_id AND c.state = 'scheduled'
        WHERE s.state = 'confirmed' GROUP BY s.id HAVING sum(h.pieces) > s.available
        """,
    ),
]
