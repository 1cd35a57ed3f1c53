"""A published edition's price stands on its components to the won."""

from core.laws import Law

LAWS = [
    Law(
        "edition_adds_up",
        "The components' allocated prices of a published edition add up to its price.",
        """
        SELECT e.id, e.price, coalesce(sum(c.allocated), 0) FROM plans_edition e
        LEFT JOIN plans_component c ON c.edition_id = e.id
        WHERE e.state IN ('approved', 'retired') AND e.published_at IS NOT NULL
        GROUP BY e.id HAVING coalesce(sum(c.allocated), 0) <> e.price
        """,
    ),
]
