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
        "Reserved and shipped pieces are those of the orders that stand, less those taken off.",
        """
        SELECT s.product_id, s.reserved, s.shipped, l.reserved, l.shipped FROM catalog_stock s LEFT JOIN (
            SELECT l.product_id,
                   coalesce(sum(l.quantity - coalesce(r.released, 0))
                       FILTER (WHERE o.state IN ('placed', 'paid', 'preparing')), 0)
                   + coalesce(sum(l.taken - coalesce(r.released, 0))
                       FILTER (WHERE o.state IN ('shipped', 'delivered', 'confirmed', 'refunded')), 0) AS reserved,
                   sum(l.quantity - l.taken)
                       FILTER (WHERE o.state IN ('shipped', 'delivered', 'confirmed')) AS shipped
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id LEFT JOIN (
                SELECT rl.line_id, sum(cardinality(rl.numbers)) AS released FROM orders_returnline rl
                JOIN orders_return x ON x.id = rl.returned_id
                WHERE NOT x.was_sent AND x.effective_at IS NOT NULL GROUP BY rl.line_id
            ) r ON r.line_id = l.id
            WHERE l.product_id IS NOT NULL GROUP BY l.product_id
        ) l ON l.product_id = s.product_id
        WHERE s.reserved <> coalesce(l.reserved, 0) OR s.shipped < coalesce(l.shipped, 0)
           OR s.received < s.reserved + s.shipped
        """,
    ),
    Law(
        "pieces_come_off_once",
        "No piece of a line comes off twice, none that was never there, and each with its own money.",
        """
        SELECT o.number, l.id, l.quantity, r.pieces, r.kinds FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id JOIN (
            SELECT rl.line_id, count(n) AS pieces, count(DISTINCT n) AS kinds, min(n) AS low, max(n) AS high,
                   count(n) FILTER (WHERE NOT x.was_sent) AS unsent
            FROM orders_returnline rl JOIN orders_return x ON x.id = rl.returned_id, unnest(rl.numbers) n
            WHERE x.undone_at IS NULL GROUP BY rl.line_id
        ) r ON r.line_id = l.id
        WHERE r.pieces <> r.kinds OR r.low < 1 OR r.high > l.quantity OR r.unsent <> l.taken
        """,
    ),
    Law(
        "returned_money_within_line",
        "What came off a line is not more than the line, purse by purse, and all of it when no piece is left.",
        """
        SELECT l.id, l.amount, r.paid FROM orders_orderline l JOIN (
            SELECT rl.line_id, sum(rl.paid) AS paid, sum(rl.discount_municipality) AS city,
                   sum(rl.discount_platform) AS platform, sum(rl.discount_merchant) AS merchant,
                   sum(cardinality(rl.numbers)) AS pieces, min(rl.paid) AS least
            FROM orders_returnline rl JOIN orders_return x ON x.id = rl.returned_id
            WHERE x.undone_at IS NULL GROUP BY rl.line_id
        ) r ON r.line_id = l.id
        WHERE r.least < 0 OR r.city > l.discount_municipality OR r.platform > l.discount_platform
           OR r.merchant > l.discount_merchant OR r.paid + r.city + r.platform + r.merchant > l.amount
           OR (r.pieces = l.quantity AND r.paid + r.city + r.platform + r.merchant <> l.amount)
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
        "What the pieces of a confirmed order that nobody gave back cost is what its merchants earned, line by line.",
        """
        SELECT o.number, l.id, e.gross, l.amount - coalesce(r.amount, 0)
        FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id AND l.kind = 'product'
        LEFT JOIN (
            SELECT split_part(source, ':', 2) AS line, sum(gross) AS gross FROM statements_earning
            WHERE source LIKE 'order_line:%' GROUP BY 1
        ) e ON e.line = l.id::text
        LEFT JOIN (
            SELECT rl.line_id, sum(cardinality(rl.numbers)) AS pieces,
                   sum(rl.paid + rl.discount_municipality + rl.discount_platform + rl.discount_merchant) AS amount
            FROM orders_returnline rl JOIN orders_return x ON x.id = rl.returned_id
            WHERE x.effective_at IS NOT NULL GROUP BY rl.line_id
        ) r ON r.line_id = l.id
        WHERE (o.state = 'confirmed' AND coalesce(e.gross, 0) <> l.amount - coalesce(r.amount, 0))
           OR (o.state = 'confirmed' AND e.gross IS NULL AND coalesce(r.pieces, 0) < l.quantity)
           OR (o.state <> 'confirmed' AND coalesce(e.gross, 0) <> 0)
        """,
    ),
]
