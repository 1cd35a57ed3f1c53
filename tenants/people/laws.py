"""Laws of people and their rights."""

from core.laws import Law

LAWS = [
    Law(
        "people.removed_rights_are_gone",
        "Nobody holds a duty that the record says was taken away.",
        """
        SELECT u.id, u.email, g.name
        FROM people_user u
        JOIN people_user_groups held ON held.user_id = u.id
        JOIN auth_group g ON g.id = held.group_id
        JOIN LATERAL (
            SELECT change FROM people_rightsrecord r
            WHERE r.user_id = u.id AND r."right" = g.name AND r.change IN ('granted', 'removed')
            ORDER BY r.id DESC LIMIT 1
        ) latest ON latest.change = 'removed'
        """,
    ),
    Law(
        "people.maker_checker_payer_apart",
        "No account draws up, approves and pays settlements at once (지방회계법 §36).",
        """
        SELECT held.user_id, string_agg(g.name, ', ' ORDER BY g.name)
        FROM people_user_groups held JOIN auth_group g ON g.id = held.group_id
        WHERE g.name IN ('정산 담당(작성)', '정산 결재(승인)', '지급 담당(지출)')
        GROUP BY held.user_id HAVING count(*) > 1
        """,
    ),
    Law(
        "people.guards_stand",
        "The triggers that keep the records of access and rights from being changed are in place and enabled.",
        """
        SELECT wanted.name
        FROM (VALUES ('people_rightsrecord_unchanged'), ('people_accessrecord_unchanged')) AS wanted(name)
        WHERE NOT EXISTS (
            SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND t.tgname = wanted.name AND t.tgenabled IN ('O', 'A')
        )
        """,
    ),
]
