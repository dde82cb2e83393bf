"""The figures of the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Min

from badgeportal.outbox.models import OutboxMessage
from badgeportal.watch.gauges import Gauge, age, register

State = OutboxMessage.State


@register
def mail_figures(now: datetime) -> Iterable[Gauge]:
    """How many mails wait or could not be sent, and how long the oldest has waited. One query."""
    found = {
        row["state"]: row
        for row in OutboxMessage.objects.unsent().values("state").annotate(n=Count("pk"), since=Min("created_at"))
    }
    counts = {
        state: float(found[state]["n"]) if state in found else 0.0
        for state in (State.QUEUED, State.SENDING, State.FAILED)
    }
    waiting = [row["since"] for state, row in found.items() if state != State.FAILED]
    yield Gauge(
        "portal_mails", "Mails that have not gone out, by state.", {str(k): v for k, v in counts.items()}, "state"
    )
    yield Gauge(
        "portal_mail_lag_seconds",
        "How long the oldest waiting mail has waited.",
        {"": age(now, min(waiting, default=None))},
    )
