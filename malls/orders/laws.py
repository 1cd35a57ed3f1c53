"""Laws 2 and 6 of the house: an order adds up, stock is never negative."""

from core.laws import Law

LAWS = [
    Law(
        "order_lines_add_up",
        "An order's lines add up to its goods, its discount and its tax-free part.",
        """
        SELECT o.number, o.goods, o.discount, o.tax_free FROM orders_order o LEFT JOIN (
            SELECT order_id, sum(amount) AS goods,
                   sum(discount_municipality + discount_platform + discount_merchant) AS discount,
                   sum(amount - discount_municipality - discount_platform - discount_merchant)
                       FILTER (WHERE tax_type = 'exempt') AS tax_free
            FROM orders_orderline GROUP BY order_id
        ) l ON l.order_id = o.id
        WHERE (o.goods, o.discount, o.tax_free) IS DISTINCT FROM (l.goods, l.discount, coalesce(l.tax_free, 0))
        """,
    ),
    Law(
        "line_discount_within_amount",
        "A line's discounts are not negative and not more than its amount.",
        """
        SELECT id, order_id FROM orders_orderline
        WHERE least(discount_municipality, discount_platform, discount_merchant) < 0
           OR discount_municipality + discount_platform + discount_merchant > amount
        """,
    ),
    Law(
        "stock_adds_up",
        "Reserved and shipped pieces are those of the orders that stand.",
        """
        SELECT s.product_id, s.reserved, s.shipped, l.reserved, l.shipped FROM catalog_stock s LEFT JOIN (
            SELECT l.product_id,
                   sum(l.quantity) FILTER (WHERE o.state IN ('placed', 'paid', 'preparing')) AS reserved,
                   sum(l.quantity) FILTER (WHERE o.state IN ('shipped', 'delivered', 'confirmed')) AS shipped
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
            WHERE l.product_id IS NOT NULL AND o.state <> 'refunded' GROUP BY l.product_id
        ) l ON l.product_id = s.product_id
        WHERE s.reserved <> coalesce(l.reserved, 0) OR s.shipped < coalesce(l.shipped, 0)
           OR s.received < s.reserved + s.shipped
        """,
    ),
    Law(
        "paid_order_was_paid",
        "An order is paid at a known instant, and only then delivered or confirmed.",
        """
        SELECT number, state FROM orders_order
        WHERE (state IN ('paid', 'preparing', 'shipped', 'delivered', 'confirmed', 'refunded') AND paid_at IS NULL)
           OR (state IN ('placed', 'cancelled') AND paid_at IS NOT NULL)
           OR (state = 'delivered' AND delivered_at IS NULL) OR (state = 'confirmed' AND confirmed_at IS NULL)
        """,
    ),
    Law(
        "confirmed_lines_are_earned",
        "Every merchant's line of a confirmed order has exactly one earning, of the same amount.",
        """
        SELECT o.number, l.id FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id AND l.kind = 'product'
        LEFT JOIN statements_earning e ON e.source = 'order_line:' || l.id
        WHERE (o.state = 'confirmed' AND (e.id IS NULL OR e.gross <> l.amount))
           OR (o.state NOT IN ('confirmed', 'refunded') AND e.id IS NOT NULL)
        """,
    ),
]
