"""The whole of the sample data: people, register, three weeks of orders."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from celery import current_app
from django.conf import settings
from django.core.management import call_command

from accounts.models import User
from badgeportal.outbox.models import OutboxMessage
from sampledata.days import Days
from sampledata.people import make_providers, make_staff, ordering_listings
from sampledata.register_files import write_sample_register
from sampledata.rights import live_through_requests
from sampledata.stories import FIRST_DAY, GENERIC_PLACES, stories

LISTINGS = 2000
# Places of stories that do not end as they should.
_FURTHER_PLACES = 9

Say = Callable[[str], None]


def load(*, now: datetime, say: Say) -> bool:
    """Load everything, unless somebody has an account already; returns whether it was loaded."""
    if User.objects.exists():
        return False
    say("  Writing a register of made-up care providers in CQC's layout, and loading it...")
    load_register(say)
    long_ago = now - timedelta(days=2 * FIRST_DAY)
    people = make_staff(now=long_ago)
    people |= make_providers(ordering_listings(GENERIC_PLACES + _FURTHER_PLACES), now=long_ago)
    told = stories()
    say(f"  Placing {len(told)} orders, checking, packing and tracking them...")
    shown = 0
    for percent in Days(people, now=now).live_through(told):
        if percent >= shown + 25:
            shown = percent - percent % 25
            say(f"    {shown}%")
    live_through_requests(people, now=now)
    _date_the_mails()
    # What was kicked is done, so the worker need not look a few hundred times.
    current_app.control.purge()
    return True


def load_register(say: Say) -> None:
    """Two editions of the register and the contact extract, read by the real import."""
    with TemporaryDirectory() as folder:
        files = write_sample_register(Path(folder), listings=LISTINGS)
        for hsca, contacts in ((files.earlier, files.contacts), (files.current, None)):
            # Its report is for the terminal of an operator.
            call_command("import_register", hsca=hsca, contacts=contacts, stdout=StringIO(), stderr=StringIO())
    say(f"    {LISTINGS:,} listings in two editions")


def _date_the_mails() -> None:
    """Let each mail in the local mailbox stand at the time it was sent in its story."""
    for message in OutboxMessage.objects.filter(sent_at__isnull=False).only("pk", "sent_at"):
        path = settings.LOCAL_MAIL_DIR / f"mail-{message.pk}.eml"
        if path.exists() and message.sent_at is not None:
            os.utime(path, (message.sent_at.timestamp(), message.sent_at.timestamp()))
