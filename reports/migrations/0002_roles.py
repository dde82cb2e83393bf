from django.db import migrations

from accounts import roles


def grant_permissions(apps, schema_editor):
    roles.grant(
        apps,
        app_label="reports",
        grants={roles.DHSC_ANALYST: ["view_reports"], roles.PORTAL_MANAGER: ["view_reports"]},
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(grant_permissions, migrations.RunPython.noop)]
