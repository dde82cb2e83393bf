import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations


class Migration(migrations.Migration):
    """Staff find an order by words of the organisation's name without reading every order."""

    dependencies = [("orders", "0008_problem_roles")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("organisation_key", config="simple"),
                name="order_organisation_words",
            ),
        ),
    ]
