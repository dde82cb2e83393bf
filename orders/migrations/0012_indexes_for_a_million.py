import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists, searches and sweeps find their rows without reading a whole table, however long it is."""

    # Made beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('orders', '0011_erased_holds_nothing'),
    ]

    operations = [
        RemoveIndexConcurrently(
            model_name='orderdraft',
            name='draft_updated_at',
        ),
        AddIndexConcurrently(
            model_name='order',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('recipient_name', config='simple'), name='order_recipient_words'),
        ),
        AddIndexConcurrently(
            model_name='order',
            index=models.Index(condition=models.Q(('hold', ''), _negated=True), fields=['placed_at', 'id'], name='order_held'),
        ),
        AddIndexConcurrently(
            model_name='orderdraft',
            index=models.Index(condition=models.Q(('order__isnull', True)), fields=['updated_at'], name='draft_open_by_age'),
        ),
        AddIndexConcurrently(
            model_name='orderdraft',
            index=models.Index(condition=models.Q(('cqc_registered__isnull', False), ('order__isnull', False)), fields=['updated_at'], name='draft_with_answers_by_age'),
        ),
        AddIndexConcurrently(
            model_name='stockmovement',
            index=models.Index(condition=models.Q(('kind__in', ('received', 'corrected', 'written_off'))), fields=['id'], name='stock_by_hand'),
        ),
    ]
