from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """A manager who asked for figures is told why they do not come."""

    # Constraints are proven beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('reports', '0009_forecasts_are_kept'),
    ]

    operations = [
        migrations.AddField(
            model_name='snapshotrequest',
            name='fault',
            field=models.CharField(blank=True, choices=[('contradicts', 'they contradict figures that were published before, and would show which were wrong'), ('broken', 'something went wrong while they were computed')], db_default='', help_text='Why not.', max_length=20),
        ),
        migrations.AddField(
            model_name='snapshotrequest',
            name='tried_at',
            field=models.DateTimeField(blank=True, help_text='When they could last not be published.', null=True),
        ),
        AddConstraintNotValid(
            model_name='snapshotrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fault', ''), ('tried_at__isnull', True)), models.Q(('fault__in', ['contradicts', 'broken']), ('tried_at__isnull', False)), _connector='OR'), name='snapshot_request_fault_has_its_time'),
        ),
        ValidateConstraint(model_name='snapshotrequest', name='snapshot_request_fault_has_its_time'),
    ]
