"""Customer service runs requests, complaints and the breach log; a portal manager does too, and stands in."""

from typing import Any

from django.db import migrations

from accounts.roles import CUSTOMER_SERVICE, PORTAL_MANAGER, grant

REGISTERS = [f"{what}_{name}" for name in ("datarequest", "complaint", "breach") for what in ("view", "run")]


def grant_registers(apps: Any, schema_editor: Any) -> None:
    grant(apps, app_label="accounts", grants={CUSTOMER_SERVICE: REGISTERS, PORTAL_MANAGER: REGISTERS})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_data_requests")]

    operations = [migrations.RunPython(grant_registers, migrations.RunPython.noop)]
