"""The whole of the sample data: people, register, twelve weeks of orders (or the weeks that SAMPLE_WEEKS says)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.models import F

from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.outbox.models import OutboxMessage
from sampledata.crowd import crowd
from sampledata.days import Days
from sampledata.editions import in_both_editions
from sampledata.figures import publish_history
from sampledata.people import MANAGER, can_order, make_providers, make_staff, ordering_listings
from sampledata.postcodes import load_postcodes
from sampledata.register import SampleListing, listings
from sampledata.register_loads import LISTINGS, RegisterLoads
from sampledata.rights import live_through_requests
from sampledata.stories import GENERIC_PLACES, stories
from sampledata.working_days import HISTORY_DAYS

# Places of stories that do not end as they should.
_FURTHER_PLACES = 9
_STORY_PLACES = GENERIC_PLACES + _FURTHER_PLACES

Say = Callable[[str], None]


def load(*, now: datetime, say: Say) -> bool:
    """Load everything, unless somebody has an account already; returns whether it was loaded."""
    if User.objects.exists():
        return False
    # Thousands of small transactions need not wait for the disk: a load that is broken off is thrown away as a whole.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    before_all = now - timedelta(days=HISTORY_DAYS + 9)
    people = make_staff(now=before_all)
    people |= make_providers(ordering_listings(_STORY_PLACES), now=before_all)
    days = Days(people, now=now)
    earliest = now - timedelta(weeks=settings.SAMPLE_WEEKS)
    told = stories()
    visits = [visit for visit in crowd(now=now, places=_crowd_places()) if visit.at >= earliest]
    with TemporaryDirectory() as folder:
        say("  Writing a register of made-up care providers in CQC's layout, and loading it...")
        loads = RegisterLoads(Path(folder), Actor.user(people[MANAGER.email]), now=now)
        loads.load_the_earlier()
        loads.plan_the_current(days.agenda)
        load_postcodes(Path(folder), now=before_all)
        say(f"    {LISTINGS:,} listings in two editions")
        say(f"  Placing {len(told) + len(visits):,} orders, checking, packing and tracking them...")
        shown = 0
        for percent in days.live_through(told, visits):
            if percent >= shown + 20:
                shown = percent - percent % 20
                say(f"    {shown}%")
    live_through_requests(people, now=now)
    say("  Publishing the figures of each week...")
    publish_history(now=now)
    _date_the_mails()
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")
    # What was kicked is done, so the worker need not look a few thousand times.
    current_app.control.purge()
    return True


def _crowd_places() -> Iterator[SampleListing]:
    """Places on both editions that no story is about; none has an address of another."""
    taken: set[str] = set()
    for place in islice(can_order(in_both_editions(listings(LISTINGS))), _STORY_PLACES, None):
        if place.emails[0] not in taken:
            taken.add(place.emails[0])
            yield place


def _date_the_mails() -> None:
    """Let each mail be sent soon after what it tells of, as a worker does, and stand in the local mailbox at that time."""
    sent = OutboxMessage.objects.filter(sent_at__isnull=False)
    sent.update(sent_at=F("created_at") + timedelta(seconds=20))
    for message in OutboxMessage.objects.filter(sent_at__isnull=False).only("pk", "sent_at").iterator():
        path = settings.LOCAL_MAIL_DIR / f"mail-{message.pk}.eml"
        if path.exists() and message.sent_at is not None:
            os.utime(path, (message.sent_at.timestamp(), message.sent_at.timestamp()))
