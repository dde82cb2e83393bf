"""Portal managers may see the state of the portal."""

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations


def let_managers_see(apps: Any, schema_editor: Any) -> None:
    # This room stands under the one that knows the roles, so the role is found by its name.
    create_permissions(installed.get_app_config("watch"), verbosity=0, apps=apps)
    permission = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="watch", codename="view_sweeprun"
    )
    apps.get_model("auth", "Group").objects.get(name="Portal manager").permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("watch", "0001_initial"), ("accounts", "0004_roles")]

    operations = [migrations.RunPython(let_managers_see, migrations.RunPython.noop)]
