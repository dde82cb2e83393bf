from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists, searches and sweeps find their rows without reading a whole table, however long it is."""

    # Made beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('fulfilment', '0004_words'),
        ('orders', '0012_indexes_for_a_million'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='consignment',
            index=models.Index(condition=models.Q(('delivered_at__isnull', True), ('dispatched_at__isnull', False), ('returned_at__isnull', True)), fields=['id'], name='consignment_on_its_way'),
        ),
        AddIndexConcurrently(
            model_name='consignment',
            index=models.Index(condition=models.Q(('returned_at__isnull', False)), fields=['id'], name='consignment_came_back'),
        ),
    ]
