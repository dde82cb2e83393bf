"""What each role of staff may do with checks."""

from django.db import migrations

from accounts.roles import CUSTOMER_SERVICE, PORTAL_MANAGER, VERIFICATION_OFFICER, grant

GRANTS = {
    VERIFICATION_OFFICER: ["view_manualcheck", "view_assessment", "work_checks"],
    # They tell a provider why an order waits, and decide nothing.
    CUSTOMER_SERVICE: ["view_manualcheck", "view_assessment"],
    PORTAL_MANAGER: ["view_manualcheck", "view_assessment", "work_checks"],
}


def grant_roles(apps, schema_editor):
    grant(apps, app_label="verification", grants=GRANTS)


class Migration(migrations.Migration):
    dependencies = [("verification", "0004_check_walls"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(grant_roles, migrations.RunPython.noop)]
