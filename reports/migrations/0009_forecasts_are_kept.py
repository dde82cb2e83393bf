"""A forecast is kept as it was made, so that it can be held against what came: PostgreSQL refuses to change or delete it.

May run beside the version before, which knows nothing of these tables.
"""

from django.db import migrations

TABLES = ("reports_forecast", "reports_forecastweek")
MAKE_TRIGGERS = "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();\n"
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER append_only ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_cells_are_found_by_table")]

    operations = [migrations.RunSQL(MAKE_TRIGGERS, DROP)]
