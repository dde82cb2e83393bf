"""The five roles, and what each may do with accounts, mail and the audit record."""

from typing import Any

from django.db import migrations

from accounts.roles import ALL_ROLES, CUSTOMER_SERVICE, PORTAL_MANAGER, grant

ACCOUNTS = {
    CUSTOMER_SERVICE: ["view_user", "view_person", "disable_person", "view_portal"],
    # Staff accounts only: a manager has no business with the people who order.
    PORTAL_MANAGER: ["view_user", "manage_staff", "view_portal", "open_and_close_portal"],
}
# To change a mail is to queue it once more; there is nothing else to change.
OUTBOX = {
    CUSTOMER_SERVICE: ["view_outboxmessage", "change_outboxmessage"],
    PORTAL_MANAGER: ["view_outboxmessage", "change_outboxmessage"],
}
AUDIT = {PORTAL_MANAGER: ["view_auditevent"]}


def make_roles(apps: Any, schema_editor: Any) -> None:
    group_model = apps.get_model("auth", "Group")
    for role in ALL_ROLES:
        group_model.objects.get_or_create(name=role)
    grant(apps, app_label="accounts", grants=ACCOUNTS)
    grant(apps, app_label="outbox", grants=OUTBOX)
    grant(apps, app_label="audit", grants=AUDIT)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_manage_staff"),
        ("outbox", "0001_initial"),
        ("audit", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
