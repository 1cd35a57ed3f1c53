"""Law 5 of the house: a voucher ends exactly once, and the books know what is still owed."""

from core.laws import Law

LAWS = [
    Law(
        "voucher_redeemed_once",
        "What was used of a voucher and earned with it is what its standing uses say; only amounts are used in parts.",
        """
        SELECT v.code, v.state, v.used, v.earned, sum(r.amount), count(r.id) FROM vouchers_voucher v
        LEFT JOIN vouchers_redemption r ON r.voucher_id = v.id AND r.undone_at IS NULL
        GROUP BY v.id HAVING v.used <> coalesce(sum(r.amount), 0) OR v.earned <> coalesce(sum(r.worth), 0)
            OR (v.kind <> 'amount' AND count(r.id) > 1) OR (v.state = 'redeemed' AND v.used <> v.face_value)
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
        "Every use of a voucher that is worth something is one earning of its worth.",
        """
        SELECT v.code, r.id FROM vouchers_redemption r JOIN vouchers_voucher v ON v.id = r.voucher_id
        LEFT JOIN statements_earning e ON e.source = 'redemption:' || r.id
        WHERE r.worth > 0 AND (e.id IS NULL OR e.gross <> r.worth)
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
        "What the books owe for vouchers is the worth of those not used yet, less what was earned with parts of them.",
        """
        SELECT 'liability', coalesce(b.owed, 0), coalesce(v.worth, 0) FROM
            (SELECT -sum(e.amount) AS owed FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
             WHERE a.code = 'voucher_liability') b,
            (SELECT sum(worth - earned) AS worth FROM vouchers_voucher WHERE state = 'issued') v
        WHERE coalesce(b.owed, 0) <> coalesce(v.worth, 0)
        """,
    ),
    Law(
        "voucher_refunds_due",
        "What the books keep for refunds of expired vouchers is what their buyers may still ask back.",
        """
        SELECT 'refunds due', coalesce(b.due, 0), coalesce(v.due, 0) FROM
            (SELECT -sum(e.amount) AS due FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
             JOIN ledger_posting p ON p.id = e.posting_id
             WHERE a.code = 'refunds_due' AND (p.kind LIKE 'voucher%' OR p.source LIKE 'earning:voucher_lapsed:%')) b,
            (SELECT sum(refundable) AS due FROM vouchers_voucher WHERE state = 'expired') v
        WHERE coalesce(b.due, 0) <> coalesce(v.due, 0)
        """,
    ),
    Law(
        "voucher_refunded_once",
        "A voucher's refund stands once, over what was asked from the provider, and never over what was paid for it.",
        """
        SELECT v.code, x.amount, v.paid, v.state FROM vouchers_voucherrefund x
        JOIN vouchers_voucher v ON v.id = x.voucher_id JOIN payments_refund r ON r.id = x.refund_id
        WHERE x.undone_at IS NULL AND (v.state <> 'refunded' OR x.amount > v.paid OR x.amount <> r.amount)
        """,
    ),
    Law(
        "emptied_order_is_refunded",
        "An order is refunded exactly when each of its pieces came off, with a return or as a voucher given back.",
        """
        SELECT o.number, o.state, sum(l.quantity), sum(coalesce(r.pieces, 0) + coalesce(v.pieces, 0))
        FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
        LEFT JOIN (
            SELECT rl.line_id, sum(cardinality(rl.numbers)) AS pieces FROM orders_returnline rl
            JOIN orders_return x ON x.id = rl.returned_id WHERE x.effective_at IS NOT NULL GROUP BY 1
        ) r ON r.line_id = l.id
        LEFT JOIN (
            SELECT split_part(v.source, ':', 2) AS line, count(*) AS pieces FROM vouchers_voucher v
            JOIN vouchers_voucherrefund b ON b.voucher_id = v.id AND b.undone_at IS NULL
            JOIN payments_refund f ON f.id = b.refund_id AND f.state IN ('succeeded', 'owed', 'repaid')
            WHERE v.used = 0 GROUP BY 1
        ) v ON v.line = l.id::text
        WHERE o.state NOT IN ('placed', 'cancelled') GROUP BY o.id
        HAVING (o.state = 'refunded') <> (sum(l.quantity) = sum(coalesce(r.pieces, 0) + coalesce(v.pieces, 0)))
        """,
    ),
]
