from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Customer service finds a caller by the phone number without reading the whole table."""

    # Made beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [("accounts", "0012_restriction")]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(condition=models.Q(("phone", ""), _negated=True), fields=["phone"], name="user_phone"),
        ),
    ]
