"""Customer service and portal managers may see receipts of erasures, and which of them wait."""

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations


def let_them_see(apps: Any, schema_editor: Any) -> None:
    # This room stands under the one that knows the roles, so the roles are found by their names.
    create_permissions(installed.get_app_config("privacy"), verbosity=0, apps=apps)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="privacy", codename__in=["view_erasureledgerentry", "view_pendingerasure"]
    )
    for role in ("Customer service", "Portal manager"):
        apps.get_model("auth", "Group").objects.get(name=role).permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("accounts", "0004_roles")]

    operations = [migrations.RunPython(let_them_see, migrations.RunPython.noop)]
