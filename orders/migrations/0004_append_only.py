"""The history of orders and the ledger of stock are written once: PostgreSQL refuses to change or delete their rows.

Maintenance that a decision calls for (a restore, a closing) says so in its own transaction: SET LOCAL portal.maintenance = 'on'.
"""

from django.db import migrations

TABLES = ("orders_orderevent", "orders_stockmovement")

MAKE_FUNCTION = """
CREATE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('portal.maintenance', true) = 'on' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'Rows of % are written once and never changed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""
MAKE_TRIGGERS = "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();\n"
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER append_only ON {table};\n" for table in TABLES) + "DROP FUNCTION orders_refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_listing_denied")]

    operations = [migrations.RunSQL(MAKE_FUNCTION + MAKE_TRIGGERS, DROP)]
