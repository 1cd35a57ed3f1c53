"""The database itself keeps what is settled: lines are append only and only into open periods; a statement's numbers,
hashes and document never change. As in the ledger, the functions find their schema through TG_TABLE_SCHEMA.
"""

from django.db import migrations

FROZEN = (
    "number", "period_id", "payee_id", "drawn_up_at", "pay_on", "payee_name", "business_no", "bank_code",
    "masked_account", "holder", "line_count", "sales", "discount_municipality", "discount_platform", "discount_merchant",
    "base", "commission", "commission_vat", "shipping", "corrections", "earned", "carried_in", "held_amount",
    "carried_out", "payable", "taxable", "exempt", "lines_hash", "content_hash",
)  # fmt: skip

LINES = """
CREATE FUNCTION statements_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    RAISE EXCEPTION 'settled rows are never changed: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$guard$;
CREATE TRIGGER statements_earning_unchanged BEFORE UPDATE OR DELETE ON statements_earning
    FOR EACH ROW EXECUTE FUNCTION statements_refuse_change();
CREATE TRIGGER statements_statement_kept BEFORE DELETE ON statements_statement
    FOR EACH ROW EXECUTE FUNCTION statements_refuse_change();

CREATE FUNCTION statements_check_period_open() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
    closed text;
BEGIN
    EXECUTE format('SELECT min(p.key) FROM %I.statements_period p WHERE p.state <> ''open'' AND p.id IN '
                   '(SELECT DISTINCT period_id FROM new_lines)', TG_TABLE_SCHEMA) INTO closed;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'period % is closed', closed USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$guard$;
CREATE TRIGGER statements_earning_period_open AFTER INSERT ON statements_earning
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION statements_check_period_open();
"""

STATEMENTS = f"""
CREATE FUNCTION statements_refuse_thaw() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF ROW({", ".join(f"NEW.{name}" for name in FROZEN)})
        IS DISTINCT FROM ROW({", ".join(f"OLD.{name}" for name in FROZEN)})
        OR (OLD.pdf <> '' AND (NEW.pdf <> OLD.pdf OR NEW.pdf_hash <> OLD.pdf_hash)) THEN
        RAISE EXCEPTION 'statement % is frozen', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$guard$;
CREATE TRIGGER statements_statement_frozen BEFORE UPDATE ON statements_statement
    FOR EACH ROW EXECUTE FUNCTION statements_refuse_thaw();
"""

UNDO = """
DROP TRIGGER statements_statement_frozen ON statements_statement;
DROP FUNCTION statements_refuse_thaw();
DROP TRIGGER statements_earning_period_open ON statements_earning;
DROP FUNCTION statements_check_period_open();
DROP TRIGGER statements_statement_kept ON statements_statement;
DROP TRIGGER statements_earning_unchanged ON statements_earning;
DROP FUNCTION statements_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("statements", "0001_initial")]

    operations = [migrations.RunSQL(LINES + STATEMENTS, UNDO)]
