"""The calendar's laws: boxes of a subscription follow each other without gap or overlap."""

from core.laws import Law

LAWS = [
    Law(
        "cycles_follow_each_other",
        "Each box begins where the one before it ends.",
        """
        SELECT a.subscription_id, a.number, a.ends_on, b.starts_on FROM subscriptions_cycle a
        JOIN subscriptions_cycle b ON b.subscription_id = a.subscription_id AND b.number = a.number + 1
        WHERE b.starts_on <> a.ends_on
        """,
    ),
    Law(
        "cycles_are_counted",
        "Boxes are numbered from 1 without a gap.",
        """
        SELECT subscription_id, count(*), max(number) FROM subscriptions_cycle
        GROUP BY subscription_id HAVING count(*) <> max(number)
        """,
    ),
    Law(
        "left_subscription_has_nothing_open",
        "A subscription that was left has no box to come; one being charged may still be decided.",
        """
        SELECT s.id, s.state, c.number, c.state FROM subscriptions_subscription s
        JOIN subscriptions_cycle c ON c.subscription_id = s.id
        WHERE s.state IN ('cancelled', 'ended') AND c.state IN ('scheduled', 'failed')
        """,
    ),
    Law(
        "subscription_is_agreed",
        "Every subscription has an agreement from its first day.",
        """
        SELECT s.id FROM subscriptions_subscription s WHERE NOT EXISTS (
            SELECT 1 FROM subscriptions_agreement a WHERE a.subscription_id = s.id AND a.from_on <= s.anchor_on)
        """,
    ),
]
