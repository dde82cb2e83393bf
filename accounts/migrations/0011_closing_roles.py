"""A portal manager schedules the closing of the portal, and another confirms it."""

from typing import Any

from django.db import migrations

from accounts.roles import PORTAL_MANAGER, grant


def grant_closing(apps: Any, schema_editor: Any) -> None:
    grant(apps, app_label="accounts", grants={PORTAL_MANAGER: ["view_closingplan", "close_portal"]})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_closing")]

    operations = [migrations.RunPython(grant_closing, migrations.RunPython.noop)]
