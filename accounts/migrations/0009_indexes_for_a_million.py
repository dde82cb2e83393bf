import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists, searches and sweeps find their rows without reading a whole table, however long it is."""

    # Made beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('accounts', '0008_rights_roles'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='user',
            index=models.Index(fields=['-date_joined', '-id'], name='user_newest_first'),
        ),
        AddIndexConcurrently(
            model_name='user',
            index=models.Index(condition=models.Q(('anonymised_at__isnull', True), ('last_login__isnull', True)), fields=['date_joined'], name='user_never_signed_in'),
        ),
        AddIndexConcurrently(
            model_name='user',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('name', 'organisation', config='simple'), name='user_words'),
        ),
    ]
