"""Sending a mail once more, because somebody says that it never came."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from badgeportal.audit.kinds import declare
from badgeportal.outbox.actions import queue_mail
from badgeportal.outbox.models import OutboxMessage

MAIL_RESENT = declare("mail_resent", "template")


@transaction.atomic(durable=True)
def resend_mail(*, message_id: int, actor: Actor, now: datetime) -> bool:
    """Queue the mail of the finished row `message_id` again, about the same record; it says what is true now.

    False when there is nothing to send: its words were a code or a link and are destroyed, it has not gone yet, or the same mail
    about the same record waits already. The finished row is locked, so that two presses of the button send one mail.
    """
    sent = OutboxMessage.objects.resendable().select_for_update().filter(pk=message_id).first()
    if sent is None or OutboxMessage.objects.same_mail(sent).on_its_way().exists():
        return False
    about = [sent.subject_id] if sent.subject_id is not None else []
    queue_mail(template=sent.template, subject_type=sent.subject_type, subject_ids=about, now=now)
    record(kind=MAIL_RESENT, actor=actor, subject=sent, now=now, template=sent.template)
    return True
