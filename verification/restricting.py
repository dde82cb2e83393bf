"""What verification stops when the use of a person's data is limited."""

from __future__ import annotations

from datetime import datetime

from badgeportal.outbox.forgetting import destroy_sealed_about
from badgeportal.privacy.subject import DataSubject
from orders.erasing import orders_of


def stop_inbox_mails(subject: DataSubject, now: datetime) -> None:
    """Destroy mails to listed inboxes about the person's orders that have not gone yet; a link that has gone waits."""
    destroy_sealed_about(orders_of(subject).order_by("pk").values_list("reference", flat=True))
