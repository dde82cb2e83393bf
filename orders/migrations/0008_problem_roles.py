from django.db import migrations

from accounts import roles


def grant(apps, schema_editor):
    see = ["view_orderproblem"]
    roles.grant(
        apps,
        app_label="orders",
        grants={
            roles.FULFILMENT_OFFICER: see,
            roles.CUSTOMER_SERVICE: [*see, "answer_orderproblem"],
            roles.PORTAL_MANAGER: [*see, "answer_orderproblem"],
        },
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_after_placing")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
