from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists, searches and sweeps find their rows without reading a whole table, however long it is."""

    # Made beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('outbox', '0002_words'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('state', 'sent'), _negated=True), fields=['id'], name='outbox_not_sent'),
        ),
        AddIndexConcurrently(
            model_name='outboxmessage',
            index=models.Index(fields=['template', '-id'], name='outbox_template'),
        ),
    ]
