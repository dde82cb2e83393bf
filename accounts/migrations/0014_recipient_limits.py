from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """A recipient without an account can have the use of their data limited; a request ends when its person is erased."""

    # Constraints are proven beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('accounts', '0013_find_by_phone'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='datarequest',
            name='data_request_state_is_known',
        ),
        migrations.AddField(
            model_name='datarequest',
            name='limit_ends_on',
            field=models.DateField(blank=True, null=True, verbose_name='the limit ends on'),
        ),
        migrations.AddField(
            model_name='datarequest',
            name='limited_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='use limited since'),
        ),
        migrations.AlterField(
            model_name='datarequest',
            name='state',
            field=models.CharField(choices=[('open', 'Open'), ('met', 'Met'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn by the person'), ('erased', 'Over, because the person was erased')], default='open', max_length=10),
        ),
        AddConstraintNotValid(
            model_name='datarequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'met', 'refused', 'withdrawn', 'erased'])), name='data_request_state_is_known'),
        ),
        AddConstraintNotValid(
            model_name='datarequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('limit_ends_on__isnull', True), ('limited_at__isnull', True)), models.Q(('account__isnull', True), ('limited_at__isnull', False), models.Q(('order_ids', []), _negated=True)), _connector='OR'), name='data_request_limits_orders_of_a_recipient'),
        ),
        ValidateConstraint(model_name='datarequest', name='data_request_state_is_known'),
        ValidateConstraint(model_name='datarequest', name='data_request_limits_orders_of_a_recipient'),
    ]
