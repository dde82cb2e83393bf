from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists, searches and sweeps find their rows without reading a whole table, however long it is."""

    # Made beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('audit', '0002_append_only'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='auditevent',
            index=models.Index(fields=['actor', 'at'], name='audit_actor'),
        ),
        AddIndexConcurrently(
            model_name='auditevent',
            index=models.Index(fields=['subject_id', 'at'], name='audit_subject_id'),
        ),
    ]
