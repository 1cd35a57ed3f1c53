"""The database itself keeps the ledger: no UPDATE, no DELETE, and every posting balances when its transaction commits.

The function that checks balances lives in the municipality's schema and carries its search path, so that it looks into
its own tables whatever the session looks into at commit. A replay of the template's dump renames that path with the rest.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    RAISE EXCEPTION 'the ledger is never changed: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$guard$;
CREATE TRIGGER ledger_posting_unchanged BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_unchanged BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_unchanged BEFORE UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
"""

BALANCE = """
CREATE FUNCTION ledger_check_balance() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $guard$
DECLARE
    posting bigint;
    lines bigint;
    total numeric;
BEGIN
    IF TG_TABLE_NAME = 'ledger_posting' THEN posting := NEW.id; ELSE posting := NEW.posting_id; END IF;
    SELECT count(*), coalesce(sum(amount), 0) INTO lines, total FROM ledger_entry WHERE posting_id = posting;
    IF lines < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'posting % does not balance: % entries sum to %', posting, lines, total
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$guard$;
CREATE CONSTRAINT TRIGGER ledger_posting_balances AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance();
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance();
"""

UNDO = """
DROP TRIGGER ledger_entry_balances ON ledger_entry;
DROP TRIGGER ledger_posting_balances ON ledger_posting;
DROP FUNCTION ledger_check_balance();
DROP TRIGGER ledger_account_unchanged ON ledger_account;
DROP TRIGGER ledger_entry_unchanged ON ledger_entry;
DROP TRIGGER ledger_posting_unchanged ON ledger_posting;
DROP FUNCTION ledger_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE + BALANCE, UNDO)]
