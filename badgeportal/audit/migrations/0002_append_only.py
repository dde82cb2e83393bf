"""The audit record is written once: PostgreSQL refuses to change or delete its rows. It may run beside any version.

Maintenance that a decision calls for (a restore, a closing) says so in its own transaction: SET LOCAL portal.maintenance = 'on'.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('portal.maintenance', true) = 'on' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'Rows of % are written once and never changed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
"""
DROP = "DROP TRIGGER append_only ON audit_auditevent; DROP FUNCTION audit_refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, DROP)]
