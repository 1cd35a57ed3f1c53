"""Laws of gates: nothing that a gate let in is lost, and a double use always names who pays."""

from core.laws import Law

LAWS = [
    Law(
        "offline_use_has_a_gate",
        "Every use that a gate made is one scan of that gate, at the gate's own partner.",
        """
        SELECT r.id, r.nonce FROM vouchers_redemption r LEFT JOIN gates_scan s ON s.redemption_id = r.id
        LEFT JOIN gates_gate g ON g.id = s.gate_id
        WHERE (r.nonce LIKE 'gate:%' OR s.id IS NOT NULL)
            AND (g.partner_id IS DISTINCT FROM r.partner_id OR r.nonce <> 'gate:' || g.id || ':' || s.nonce)
        """,
    ),
    Law(
        "let_in_is_used_or_a_case",
        "Whoever was let in used a voucher, or is a case that names who pays, or waits for a person.",
        """
        SELECT s.id, s.outcome FROM gates_scan s LEFT JOIN gates_conflict c ON c.scan_id = s.id
        WHERE s.let_in AND NOT (
            (s.outcome = 'honored' AND s.redemption_id IS NOT NULL AND c.id IS NULL)
            OR (s.outcome = 'conflict' AND c.id IS NOT NULL AND c.payer <> '')
            OR (s.outcome = 'person' AND c.id IS NULL))
        """,
    ),
    Law(
        "double_use_is_earned_as_decided",
        "A second use that the municipality pays is earned once at its worth; one that the partner bears, not at all.",
        """
        SELECT c.id, c.payer, c.worth, coalesce(sum(e.gross), 0) FROM gates_conflict c
        LEFT JOIN statements_earning e ON e.source IN ('conflict:' || c.id, 'conflict:' || c.id || ':borne')
        GROUP BY c.id
        HAVING coalesce(sum(e.gross), 0) <> CASE WHEN c.payer = 'municipality' THEN c.worth ELSE 0 END
        """,
    ),
]
