import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists, searches and sweeps find their rows without reading a whole table, however long it is."""

    # Made beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('orders', '0012_indexes_for_a_million'),
        ('verification', '0006_questions'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='listing',
            index=models.Index(django.db.models.functions.text.Right(models.Func(models.F('phone'), models.Value('\\D'), models.Value(''), models.Value('g'), function='regexp_replace'), 10), name='listing_phone_digits'),
        ),
        AddIndexConcurrently(
            model_name='listing',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('name', 'provider_name', config='simple'), name='listing_words'),
        ),
        AddIndexConcurrently(
            model_name='listing',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('name', config='simple'), name='listing_name_words'),
        ),
        AddIndexConcurrently(
            model_name='manualcheck',
            index=models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['opened_at', 'id'], name='check_closed_by_age'),
        ),
    ]
