"""Links to listed inboxes, and what officers and providers wrote to each other, are not needed for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from verification.models import ListedInboxLink, Question


@transaction.atomic(durable=True)
def sweep_links_and_questions(*, now: datetime) -> int:
    """Delete links that expired INBOX_LINK_DAYS ago, and blank questions of orders decided QUESTION_DAYS_KEPT ago.

    That a question was asked and answered, by whom and when, stays with the check. What is restricted is kept. Returns how many.
    """
    links = ListedInboxLink.objects.expired_before(now - timedelta(days=settings.INBOX_LINK_DAYS)).delete()[0]
    old = Question.objects.decided_before(now - timedelta(days=settings.QUESTION_DAYS_KEPT)).with_words()
    return int(links) + old.update(text="", answer="")
