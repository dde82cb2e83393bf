import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    """The events of one week are found without reading those of all years."""

    # Made beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [("orders", "0012_indexes_for_a_million")]

    operations = [
        AddIndexConcurrently(
            model_name="orderevent",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["at"], name="order_event_by_time", pages_per_range=32
            ),
        ),
    ]
