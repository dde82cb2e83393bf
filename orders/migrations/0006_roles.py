from django.db import migrations

from accounts import roles


def grant(apps, schema_editor):
    see = ["view_order", "view_orderevent"]
    stock = ["view_stockmovement", "manage_stock"]
    look_after = ["cancel_order", "hold_order", "correct_order"]
    roles.grant(
        apps,
        app_label="orders",
        grants={
            roles.VERIFICATION_OFFICER: see,
            roles.FULFILMENT_OFFICER: [*see, *stock, "correct_order"],
            roles.CUSTOMER_SERVICE: [*see, *look_after],
            roles.PORTAL_MANAGER: [*see, *stock, *look_after],
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0005_correct_order_permission"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
