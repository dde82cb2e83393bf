"""Portal managers may ask for figures and withdraw them.

Adds rights to a role and changes none, so the version before, which asks for none of these, is not touched by it.
"""

from django.db import migrations

from accounts import roles


def grant_permissions(apps, schema_editor):
    may = ["view_snapshot", "publish_snapshot", "view_postcodeedition"]
    roles.grant(apps, app_label="reports", grants={roles.PORTAL_MANAGER: may})


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_append_only"), ("accounts", "0011_closing_roles")]

    operations = [migrations.RunPython(grant_permissions, migrations.RunPython.noop)]
