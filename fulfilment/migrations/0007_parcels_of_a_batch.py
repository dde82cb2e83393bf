from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The parcels of one batch are found without walking through those of all batches."""

    # Made beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('fulfilment', '0006_withdrawn'),
        ('orders', '0013_events_by_time'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='consignment',
            index=models.Index(condition=models.Q(('withdrawn_at__isnull', True)), fields=['batch', 'id'], name='consignment_of_batch'),
        ),
    ]
