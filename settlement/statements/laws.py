"""Laws of earnings and statements: everything on paper can be computed again from the lines."""
# ruff: noqa: S608  queries are put together from our own column names

from core.laws import Law
from settlement.statements.rules import HASHED
from settlement.statements.totals import COLUMNS, SUMS

NOTHING = ", ".join("0" for _ in COLUMNS)

LAWS = [
    Law(
        "statements.one_for_each_line",
        "Every line of a closed period belongs to exactly one statement.",
        """
        SELECT e.source, p.key FROM statements_earning e JOIN statements_period p ON p.id = e.period_id
        WHERE p.state <> 'open' AND NOT EXISTS (
            SELECT 1 FROM statements_statement s WHERE s.period_id = e.period_id AND s.payee_id = e.payee_id)
        """,
    ),
    Law(
        "statements.line_in_its_period",
        "A line lies in its own month or in a later one, never in an earlier one.",
        """
        SELECT e.source, e.earned_on, p.key FROM statements_earning e JOIN statements_period p ON p.id = e.period_id
        WHERE e.earned_on >= p.ends_on
        """,
    ),
    Law(
        "statements.totals_and_hash_of_lines",
        "A statement's totals and the hash of its lines can be computed again from the lines.",
        f"""
        SELECT s.number, ROW({", ".join(f"s.{name}" for name in COLUMNS)}) FROM statements_statement s
        LEFT JOIN (SELECT period_id, payee_id, {SUMS} FROM statements_earning GROUP BY period_id, payee_id) t
            ON t.period_id = s.period_id AND t.payee_id = s.payee_id
        WHERE (t.payee_id IS NOT NULL AND ROW({", ".join(f"s.{name}" for name in COLUMNS)})
                IS DISTINCT FROM ROW({", ".join(f"t.{name}" for name in COLUMNS)}))
            OR (t.payee_id IS NULL AND s.line_count <> 0)
        """,
    ),
    Law(
        "statements.hash_on_paper",
        "The hash on the paper is the hash of what the statement says.",
        f"""
        SELECT number FROM statements_statement WHERE content_hash <>
            encode(sha256(convert_to(concat_ws('|', {", ".join(HASHED)}), 'UTF8')), 'hex')
        """,
    ),
    Law(
        "statements.carried_chain",
        "What is carried into a statement is what the payee's statement before left: held back and carried out.",
        """
        SELECT number, carried_in, expected FROM (
            SELECT s.number, s.carried_in, p.state, coalesce(lag(s.held_amount + s.carried_out)
                OVER (PARTITION BY s.payee_id ORDER BY p.starts_on), 0) AS expected
            FROM statements_statement s JOIN statements_period p ON p.id = s.period_id) chain
        WHERE carried_in <> expected
        """,
    ),
    Law(
        "statements.payables_stand_in_the_books",
        "What a payee earned is what the earnings' postings credited to it.",
        """
        SELECT coalesce(l.owner, b.owner), coalesce(l.amount, 0), coalesce(b.amount, 0) FROM
            (SELECT p.ref AS owner, sum(e.payable) AS amount FROM statements_earning e
                JOIN statements_payee p ON p.id = e.payee_id GROUP BY p.ref) l
        FULL JOIN
            (SELECT a.owner, -sum(n.amount) AS amount FROM ledger_entry n
                JOIN ledger_account a ON a.id = n.account_id AND a.code = 'payee_payable'
                JOIN ledger_posting g ON g.id = n.posting_id AND g.kind LIKE 'earning.%' GROUP BY a.owner) b
        ON b.owner = l.owner
        WHERE coalesce(l.amount, 0) <> coalesce(b.amount, 0)
        """,
    ),
    Law(
        "statements.maker_is_not_checker",
        "Whoever closed a period did not approve it.",
        "SELECT key, closed_by FROM statements_period WHERE approved_by <> '' AND approved_by = closed_by",
    ),
    Law(
        "statements.guards_stand",
        "The triggers that keep lines and statements from being changed are in place and enabled.",
        """
        SELECT wanted.name FROM (VALUES ('statements_earning_unchanged'), ('statements_earning_period_open'),
            ('statements_statement_kept'), ('statements_statement_frozen')) AS wanted(name)
        WHERE NOT EXISTS (
            SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND t.tgname = wanted.name AND t.tgenabled IN ('O', 'A')
        )
        """,
    ),
]
