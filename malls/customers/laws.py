"""Laws of residents."""

from core.laws import Law

LAWS = [
    Law(
        "left_residents_are_closed",
        "A resident who left has no open agreement and an account that cannot log in.",
        """SELECT r.id FROM customers_resident r JOIN people_user u ON u.id = r.user_id
           WHERE r.left_at IS NOT NULL AND (u.is_active OR EXISTS (
             SELECT 1 FROM customers_consent c WHERE c.resident_id = r.id AND c.withdrawn_at IS NULL))""",
    ),
    Law(
        "residents_agreed",
        "Every resident who stays has agreed to terms, privacy and age.",
        """SELECT r.id FROM customers_resident r WHERE r.left_at IS NULL AND (
             SELECT count(DISTINCT c.kind) FROM customers_consent c
             WHERE c.resident_id = r.id AND c.kind IN ('terms', 'privacy', 'age') AND c.withdrawn_at IS NULL) < 3""",
    ),
]
