"""The Celery application: tasks are found in each app's `tasks.py`, settings carry the `CELERY_` prefix."""

import os

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeportal.settings")

app = Celery("badgeportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Without this step a worker does not take up the request id that came with the message.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery would put its own handlers on the root logger; ours leave personal data out, so they stay."""
