"""A box stands where its order stands."""

from core.laws import Law

LAWS = [
    Law(
        "shipment_follows_order",
        "A shipped or delivered order's box is shipped or delivered, and the other way round.",
        """
        SELECT o.number, o.state, s.state FROM orders_order o JOIN fulfillment_shipment s ON s.order_id = o.id
        WHERE (o.state = 'shipped' AND s.state <> 'shipped')
           OR (o.state = 'delivered' AND s.state <> 'delivered')
           OR (o.state = 'confirmed' AND s.state NOT IN ('delivered', 'cancelled'))
           OR (o.state IN ('paid', 'preparing') AND s.state NOT IN ('pending', 'packed', 'cancelled'))
           OR (s.state = 'cancelled' AND EXISTS (SELECT 1 FROM orders_orderline l WHERE l.order_id = o.id
               AND l.kind = 'product' AND l.taken < l.quantity) AND o.state <> 'refunded')
        """,
    ),
    Law(
        "told_box_was_sent",
        "A box of which a resident was told that it is on its way left under the number that was told.",
        """
        SELECT n.id, n.subject, n.facts ->> 'number', s.tracking_no FROM notices_notice n
        LEFT JOIN fulfillment_shipment s ON s.id = n.subject
        WHERE n.kind = 'shipped' AND n.outcome = 'sent' AND n.letter_id IS NOT NULL
          AND (s.state IS NULL OR s.state NOT IN ('shipped', 'delivered') OR s.tracking_no <> n.facts ->> 'number')
        """,
    ),
    Law(
        "paid_goods_have_a_box",
        "Every paid order with goods has a box.",
        """
        SELECT o.number FROM orders_order o
        WHERE o.state IN ('paid', 'preparing', 'shipped', 'delivered')
          AND EXISTS (SELECT 1 FROM orders_orderline l WHERE l.order_id = o.id AND l.kind = 'product')
          AND NOT EXISTS (SELECT 1 FROM fulfillment_shipment s WHERE s.order_id = o.id)
        """,
    ),
]
