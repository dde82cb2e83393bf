"""Customer service corrects details for people who ask; the change itself is an action, not Django's form."""

from typing import Any

from django.db import migrations

from accounts.roles import CUSTOMER_SERVICE, grant


def grant_correction(apps: Any, schema_editor: Any) -> None:
    grant(apps, app_label="accounts", grants={CUSTOMER_SERVICE: ["change_user"]})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_words")]

    operations = [migrations.RunPython(grant_correction, migrations.RunPython.noop)]
