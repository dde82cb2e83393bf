from django.db import migrations


def write_row(apps, schema_editor):
    apps.get_model("orders", "StockBalance").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [migrations.RunPython(write_row, migrations.RunPython.noop)]
