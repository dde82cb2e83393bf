"""Two people with marks in every word; one is erased. What can be looked through afterwards knows the other alone."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from accounts.erasing import erase_people
from badgeportal.actor import Actor
from badgeportal.privacy.finding import look_up
from badgeportal.privacy.models import OpenOrders
from badgeportal.privacy.recognising import KnownValues, Looks
from badgeportal.privacy.scanning import scan_database
from badgeportal.privacy.scanning_elsewhere import scan_files, scan_redis, scan_text_stream
from badgeportal.privacy.subject import DataSubject
from tests.factories.user import StaffFactory
from tests.privacy.people import Marked, marked_person, plain_dump

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal's own handler writes during the test, from the least important message on."""
    root = logging.getLogger()
    [handler] = [one for one in root.handlers if one.get_name() == "events"]
    assert isinstance(handler, logging.StreamHandler)
    written, level = io.StringIO(), root.level
    before = handler.setStream(written)
    root.setLevel(logging.INFO)
    # Whatever levels earlier tests left to single loggers, this line shows that what is written arrives here.
    root.warning("The log of this test begins.")
    yield written
    root.setLevel(level)
    handler.setStream(before)


def known_of(person: Marked, other: Marked) -> KnownValues:
    """Digests of what the person alone is called, made while it is still there."""
    words, others = (set(look_up(DataSubject.of_account(one.account.pk)).words) for one in (person, other))
    return KnownValues.from_values(words - others, key="a key for this test")


def places(known: KnownValues) -> set[str]:
    found = scan_database(connection, known=known).findings
    return {f"{one.place}.{one.column}" for one in found if one.looks is Looks.KNOWN}


@pytest.mark.promise("at-any-time", "removal-on-request")
def test_the_scan_knows_the_bystander_alone(log: io.StringIO, tmp_path: Path) -> None:
    person, bystander = marked_person("Quixfellow"), marked_person("Zarbottle")
    theirs, others = known_of(person, bystander), known_of(bystander, person)
    assert places(theirs) >= {"public.accounts_user.email", "public.orders_order.recipient_name"}
    before = places(others)
    assert before

    erase_people(
        subject=DataSubject.of_account(person.account.pk), open_orders=OpenOrders.CANCEL, also_listed=True,
        actor=Actor.user(StaffFactory()), now=timezone.now(),
    )  # fmt: skip

    assert places(theirs) == set()
    assert places(others) == before
    dump = scan_text_stream(io.StringIO(plain_dump()), known=theirs)
    assert [one for one in dump.findings if one.looks is Looks.KNOWN] == []
    assert dump.counts
    nobody_outside_the_database([person, bystander], log)


def nobody_outside_the_database(people: list[Marked], log: io.StringIO) -> None:
    """Redis, log and files name nobody, erased or not."""
    known = KnownValues.from_values([word for one in people for word in (one.mark, one.phone, one.listed)], key="k")
    cache: Any = caches["default"]
    client = cache._cache.get_client(write=True)
    for prefix in (cache.key_prefix, settings.CELERY_TASK_DEFAULT_QUEUE):
        assert scan_redis(client, prefix, known=known).findings == ()
    ledger = Path(settings.ERASURE_LEDGER)
    assert list(ledger.iterdir())
    assert scan_files(ledger, known=known).findings == ()
    assert log.getvalue()
    assert sum(one.found_in(log.getvalue()) for one in people) == 0
