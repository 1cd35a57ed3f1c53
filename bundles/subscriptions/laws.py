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
        "nothing_comes_after_the_end",
        "No box that is still to come begins after its subscription's end.",
        """
        SELECT s.id, c.number FROM subscriptions_subscription s JOIN subscriptions_cycle c ON c.subscription_id = s.id
        WHERE c.state = 'scheduled' AND c.starts_on >= s.ends_on
        """,
    ),
    Law(
        "changes_end_before_billing",
        "A box can be changed no longer than until its billing day begins.",
        """
        SELECT id, number FROM subscriptions_cycle WHERE cutoff_at > bill_on::timestamp AT TIME ZONE 'Asia/Seoul'
        """,
    ),
    Law(
        "consent_is_recent",
        "A consent to a higher price was given within the 30 days before it holds, and keeps what was shown.",
        """
        SELECT id, subscription_id, agreed_at, from_on FROM subscriptions_agreement
        WHERE agreed_by IN ('page', 'link') AND (
            (agreed_at AT TIME ZONE 'Asia/Seoul')::date NOT BETWEEN from_on - 30 AND from_on
            OR amount_before IS NULL OR card = '')
        """,
    ),
    Law(
        "changes_are_undone_once",
        "What undoes a change undoes one of the same subscription, in time.",
        """
        SELECT u.id, c.id FROM subscriptions_change u JOIN subscriptions_change c ON c.id = u.undoes_id
        WHERE u.subscription_id <> c.subscription_id OR c.undo_until IS NULL OR u.made_at >= c.undo_until
        """,
    ),
    Law(
        "told_end_is_true",
        "A subscription whose term was told to be over has ended.",
        """
        SELECT n.id, n.subject, s.state FROM notices_notice n LEFT JOIN subscriptions_subscription s ON s.id = n.subject
        WHERE n.kind = 'ended' AND n.outcome = 'sent' AND s.state IS DISTINCT FROM 'ended'
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
