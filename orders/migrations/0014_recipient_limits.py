from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """An order addressed to somebody who limits the use of their data is kept and not used."""

    # The constraint is proven beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('orders', '0013_events_by_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='recipient_restricted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        AddConstraintNotValid(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), ('recipient_restricted_at__isnull', True), _connector='OR'), name='order_anonymised_is_not_restricted'),
        ),
        ValidateConstraint(model_name='order', name='order_anonymised_is_not_restricted'),
    ]
