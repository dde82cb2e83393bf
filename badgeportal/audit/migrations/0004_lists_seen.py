"""Who was shown a record in a list is found by index. It may run beside any version."""

import django.contrib.postgres.indexes
import django.db.models.fields.json
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0003_indexes_for_a_million")]

    operations = [
        AddIndexConcurrently(
            model_name="auditevent",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.fields.json.KeyTransform("ids", "details"),
                condition=models.Q(("kind", "personal_page_seen")),
                name="audit_ids_seen",
            ),
        ),
    ]
