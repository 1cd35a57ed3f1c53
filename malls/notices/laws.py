"""What was told was told by a letter to the very resident, once."""

from core.laws import Law

LAWS = [
    Law(
        "letter_to_the_resident",
        "A letter goes to the resident whose facts it tells, and tells at least one.",
        """
        SELECT l.id, l.resident_id, count(n.id) FROM notices_letter l
        LEFT JOIN notices_notice n ON n.letter_id = l.id AND n.resident_id = l.resident_id
            AND n.facts <> '{}' GROUP BY l.id
        HAVING count(n.id) = 0 OR count(n.id) <> (SELECT count(*) FROM notices_notice m WHERE m.letter_id = l.id)
        """,
    ),
    Law(
        "letter_is_filled_in",
        "No letter shows a variable instead of what it stands for.",
        "SELECT id, title FROM notices_letter WHERE title ~ '[{][{]' OR text ~ '[{][{]'",
    ),
    Law(
        "sending_comes_to_an_end",
        "Nothing is being sent for more than an hour: what was cut off is marked as perhaps sent.",
        """
        SELECT id, kind, tried_at FROM notices_notice
        WHERE outcome = 'sending' AND tried_at < now() - interval '1 hour'
        """,
    ),
]
