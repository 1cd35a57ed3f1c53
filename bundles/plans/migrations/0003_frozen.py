"""The database itself keeps a published edition as it was promised: contents and amounts do not change.

The functions live in the municipality's own schema and never name it (TG_TABLE_SCHEMA), so that a replayed dump guards
its own tables.
"""

from django.db import migrations

FREEZE = """
CREATE FUNCTION plans_refuse_component_change() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
    edition bigint;
    frozen boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN edition := OLD.edition_id; ELSE edition := NEW.edition_id; END IF;
    EXECUTE format('SELECT state IN (''approved'', ''retired'') FROM %I.plans_edition WHERE id = $1', TG_TABLE_SCHEMA)
        INTO frozen USING edition;
    IF frozen THEN
        RAISE EXCEPTION 'edition % is published and frozen', edition USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
END
$guard$;
CREATE TRIGGER plans_component_frozen BEFORE INSERT OR UPDATE OR DELETE ON plans_component
    FOR EACH ROW EXECUTE FUNCTION plans_refuse_component_change();
CREATE FUNCTION plans_refuse_edition_change() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF OLD.state IN ('approved', 'retired') AND (OLD.bundle_id, OLD.month, OLD.price, OLD.list_price, OLD.shipping)
        IS DISTINCT FROM (NEW.bundle_id, NEW.month, NEW.price, NEW.list_price, NEW.shipping) THEN
        RAISE EXCEPTION 'edition % is published and frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$guard$;
CREATE TRIGGER plans_edition_frozen BEFORE UPDATE ON plans_edition
    FOR EACH ROW EXECUTE FUNCTION plans_refuse_edition_change();
"""
THAW = """
DROP TRIGGER plans_edition_frozen ON plans_edition;
DROP FUNCTION plans_refuse_edition_change();
DROP TRIGGER plans_component_frozen ON plans_component;
DROP FUNCTION plans_refuse_component_change();
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_deepen")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
