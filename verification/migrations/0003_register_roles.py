from typing import Any

from django.db import migrations

from accounts.roles import CUSTOMER_SERVICE, PORTAL_MANAGER, VERIFICATION_OFFICER, grant

GRANTS = {
    # An officer compares what an order says with the register; the addresses on it are part of the evidence.
    VERIFICATION_OFFICER: ["view_listing", "view_providercode", "view_listedemail"],
    # The owner of a listed inbox has rights over that address, and asks customer service.
    CUSTOMER_SERVICE: ["view_listing", "view_listedemail"],
    PORTAL_MANAGER: [
        "view_listing",
        "view_providercode",
        "view_listedemail",
        "view_registerimport",
        "view_failedrow",
        "import_register",
    ],
}


def grant_roles(apps: Any, schema_editor: Any) -> None:
    grant(apps, app_label="verification", grants=GRANTS)


class Migration(migrations.Migration):
    dependencies = [
        ("verification", "0002_site_ods_code_from_extract"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(grant_roles, migrations.RunPython.noop)]
