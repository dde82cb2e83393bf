"""What was published is written once: PostgreSQL refuses to change or delete it. A withdrawal is added, once.

Maintenance that a decision calls for (a restore) says so in its own transaction: SET LOCAL portal.maintenance = 'on'.
"""

from django.db import migrations

MAKE_FUNCTION = """
CREATE FUNCTION reports_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('portal.maintenance', true) = 'on' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_TABLE_NAME = 'reports_snapshot' AND TG_OP = 'UPDATE' THEN
        IF OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
            AND (OLD.id, OLD.week, OLD.version, OLD.published_at, OLD.published_by, OLD.software)
                = (NEW.id, NEW.week, NEW.version, NEW.published_at, NEW.published_by, NEW.software)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'Rows of % are written once and never changed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""
TABLES = ("reports_snapshot", "reports_publishedtable", "reports_cell")
MAKE_TRIGGERS = "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();\n"
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER append_only ON {table};\n" for table in TABLES) + "DROP FUNCTION reports_refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_places_and_requests")]

    operations = [migrations.RunSQL(MAKE_FUNCTION + MAKE_TRIGGERS, DROP)]
