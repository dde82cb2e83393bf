from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

KINDS = [
    ('open', 'Opened'),
    ('confirm_identity', 'Identity confirmed'),
    ('ask', 'Question asked'),
    ('answered', 'Question answered'),
    ('extend', 'Extended by two months'),
    ('meet', 'Met'),
    ('refuse', 'Refused'),
    ('withdraw', 'Withdrawn'),
    ('remind', 'Staff reminded'),
    ('restrict', 'Use of data limited'),
    ('recipients_told', 'Those who were given the data were told'),
    ('limit_end_told', 'Told that the limit ends'),
    ('limit_end', 'The limit ended'),
    ('close_erased', 'Closed, because the person was erased'),
]


class Migration(migrations.Migration):
    """What can happen to a data request is a fixed list, each with the words that staff and the person read."""

    # Constraints are proven beside the running portal (docs/decisions/migrations-without-a-pause.md).
    atomic = False

    dependencies = [
        ('accounts', '0014_recipient_limits'),
    ]

    operations = [
        migrations.AlterField(
            model_name='datarequestevent',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=30),
        ),
        AddConstraintNotValid(
            model_name='datarequestevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', [kind for kind, _ in KINDS])), name='data_request_event_kind_is_known'),
        ),
        ValidateConstraint(model_name='datarequestevent', name='data_request_event_kind_is_known'),
    ]
