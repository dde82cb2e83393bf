from typing import Any

from django.db import migrations

from accounts.roles import CUSTOMER_SERVICE, FULFILMENT_OFFICER, PORTAL_MANAGER, grant

# Every page of fulfilment shows names and addresses or leads to them, so nobody else may see any of it.
_LISTS = ["view_batch", "view_consignment", "view_trackingimport"]
GRANTS = {
    FULFILMENT_OFFICER: [*_LISTS, "view_trackingrow", "run_batches", "import_tracking", "resend_consignment"],
    # Finds a person's parcel, corrects an address and has it sent again; batches and files are not theirs.
    CUSTOMER_SERVICE: ["view_consignment", "resend_consignment"],
    PORTAL_MANAGER: [
        *_LISTS,
        "view_trackingrow",
        "run_batches",
        "import_tracking",
        "resend_consignment",
        "view_disclosure",
    ],
}


def grant_roles(apps: Any, schema_editor: Any) -> None:
    grant(apps, app_label="fulfilment", grants=GRANTS)


class Migration(migrations.Migration):
    dependencies = [
        ("fulfilment", "0002_walls"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(grant_roles, migrations.RunPython.noop)]
