"""Law 5 of the house: a voucher ends exactly once, and the books know what is still owed."""

from core.laws import Law

LAWS = [
    Law(
        "voucher_redeemed_once",
        "A used voucher has exactly one standing use; any other voucher has none.",
        """
        SELECT v.code, v.state, count(r.id) FROM vouchers_voucher v
        LEFT JOIN vouchers_redemption r ON r.voucher_id = v.id AND r.undone_at IS NULL
        GROUP BY v.id HAVING (v.state = 'redeemed' AND count(r.id) <> 1) OR (v.state <> 'redeemed' AND count(r.id) <> 0)
        """,
    ),
    Law(
        "voucher_use_at_its_partner",
        "A voucher was used at the partner that it is for, within its days.",
        """
        SELECT v.code, r.at FROM vouchers_redemption r JOIN vouchers_voucher v ON v.id = r.voucher_id
        JOIN vouchers_vouchertype t ON t.id = v.type_id
        WHERE r.partner_id <> t.partner_id OR (r.at AT TIME ZONE 'Asia/Seoul')::date > v.expires_on
        """,
    ),
    Law(
        "voucher_use_is_earned",
        "Every standing use of a voucher that is worth something is one earning of its worth.",
        """
        SELECT v.code, r.id FROM vouchers_redemption r JOIN vouchers_voucher v ON v.id = r.voucher_id
        LEFT JOIN statements_earning e ON e.source = 'redemption:' || r.id
        WHERE v.worth > 0 AND (e.id IS NULL OR e.gross <> v.worth)
        """,
    ),
    Law(
        "paid_vouchers_are_issued",
        "A paid line of vouchers has as many vouchers as it promised, and no more.",
        """
        SELECT o.number, l.id, l.quantity, count(v.id) FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        LEFT JOIN vouchers_voucher v ON split_part(v.source, ':', 2) = l.id::text
        WHERE l.kind = 'voucher' AND o.state NOT IN ('placed', 'cancelled', 'refunded')
        GROUP BY o.id, l.id HAVING count(v.id) <> l.quantity
        """,
    ),
    Law(
        "voucher_liability",
        "What the books owe for vouchers is the worth of those not used yet.",
        """
        SELECT 'liability', coalesce(b.owed, 0), coalesce(v.worth, 0) FROM
            (SELECT -sum(e.amount) AS owed FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
             WHERE a.code = 'voucher_liability') b,
            (SELECT sum(worth) AS worth FROM vouchers_voucher WHERE state = 'issued') v
        WHERE coalesce(b.owed, 0) <> coalesce(v.worth, 0)
        """,
    ),
]
