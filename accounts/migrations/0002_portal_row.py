from django.db import migrations


def write_row(apps, schema_editor):
    apps.get_model("accounts", "Portal").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(write_row, migrations.RunPython.noop)]
