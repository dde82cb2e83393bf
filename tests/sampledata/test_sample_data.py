"""The data of the first run: every state and every reason is there, and loading it again does nothing."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count
from django.db.models.functions import ExtractIsoWeekDay, TruncWeek
from django.test import Client
from django.utils import timezone

from accounts.models import Breach, Complaint, DataRequest, User
from accounts.roles import ALL_ROLES
from badgeportal.outbox.models import OutboxMessage
from fulfilment.models import Batch, TrackingEvent, TrackingImport
from orders.ledger import check_stock_ledger
from orders.lifecycle import BESIDE_MOVES, MOVES, State
from orders.models import Order, OrderDraft, OrderEvent, StockMovement
from orders.models.answers import OrganisationType
from reports.models import Cell, PostcodePlace, PublishedTable, Snapshot
from reports.snapshots.reading import series
from reports.snapshots.weeks import unpublished_weeks
from sampledata.people import PASSWORD, PROVIDERS, STAFF
from tests.reports.among import rows_beyond_their_measure
from verification.models import Listing, ManualCheck, Question, Reason, RegisterImport

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _own_mailbox(tmp_path: Path, settings: Any) -> None:
    settings.MAIL_TRANSPORT, settings.LOCAL_MAIL_DIR = "local", tmp_path / "mail"


def run(command: str) -> str:
    told = StringIO()
    call_command(command, stdout=told)
    return told.getvalue()


def the_register_has_two_editions() -> None:
    earlier, current = RegisterImport.objects.filter(kind="hsca", state="done").order_by("started_at")
    assert earlier.edition < current.edition
    assert min(current.new, current.changed, current.closed) > 0
    assert RegisterImport.objects.filter(kind="contacts", state="done").count() == 2


def twelve_weeks_have_something_to_show() -> None:
    """A surge, a tail and a rise, quiet weekends, every kind of provider, every way through a check, every shelf that ran low."""
    placed = Order.objects.annotate(week=TruncWeek("placed_at"), weekday=ExtractIsoWeekDay("placed_at"))
    weeks = list(placed.values("week").annotate(orders=Count("pk")).order_by("week").values_list("orders", flat=True))
    assert len(weeks) in (12, 13)
    quietest = min(weeks[3:-3])
    assert min(weeks[1], weeks[-2]) > quietest > 40
    weekend = placed.filter(weekday__gte=6).count()
    assert 0 < weekend < Order.objects.count() / 10

    assert set(Order.objects.filter(cqc_registered=False).values_list("organisation_type", flat=True)) == set(
        OrganisationType.values
    )
    regions = Listing.objects.filter(location_id__in=Order.objects.values("location_id")).values("region")
    assert min(regions.annotate(places=Count("pk")).values_list("places", flat=True)) >= 8
    assert regions.distinct().count() == 9

    refused = Order.objects.filter(state=State.REFUSED).values_list("refusal_reason", flat=True)
    assert len(set(refused)) >= 4
    assert Question.objects.exclude(answer="").exists()
    assert OrderEvent.objects.filter(kind="stop_waiting").exists()
    deciders = ManualCheck.objects.closed().exclude(decision="").values_list("decided_by", flat=True)
    assert len(set(deciders)) == 2
    for kind in ("send_again", "cancel_returned", "change_address", "hold", "lift_hold", "answer_problem"):
        assert OrderEvent.objects.filter(kind=kind).count() > 1, kind

    received = StockMovement.objects.filter(kind="received", reason__contains="maker is late")
    assert received.exists()
    assert StockMovement.objects.filter(kind="received").count() > received.count() + 2
    assert TrackingImport.objects.filter(failed__gt=0, unknown__gt=0).count() > 3
    assert len(set(Batch.objects.values_list("orders_count", flat=True))) > 10


def every_week_is_published() -> None:
    """Each on its Monday, so that the analysts' page has a history, and England's figures are shown."""
    now = timezone.now()
    assert unpublished_weeks(now) == []
    assert 11 <= Snapshot.objects.count() <= 13
    assert all(
        period.ends_at < at <= now for period, at in ((one.period, one.published_at) for one in Snapshot.objects.all())
    )
    assert {one.week: beyond for one in Snapshot.objects.all() if (beyond := rows_beyond_their_measure(one.week))} == {}
    points = series([("week", "total", "badges"), ("week", "total", "accounts")])
    assert all(point.figure.value for point in points["week", "total", "badges"][1:])
    assert PostcodePlace.objects.count() > 1000
    assert PublishedTable.objects.filter(code="four_weeks_by_authority").count() in (2, 3)
    newest = Cell.objects.filter(table__snapshot=Snapshot.objects.latest("week"), table__code="week_by_region")
    # Enough is ordered that most regions may be shown.
    assert newest.filter(measure="badges", value__gt=0).exclude(row="total").count() >= 3


def test_every_state_and_every_reason_is_there_and_loading_again_does_nothing(client: Client) -> None:
    assert "The sample data is loaded." in run("load_sample_data")

    assert set(Order.objects.values_list("state", flat=True)) == set(State)
    assert Order.objects.held().count() >= 2
    kinds = set(OrderEvent.objects.order_by().values_list("kind", flat=True).distinct())
    assert kinds - MOVES.keys() - BESIDE_MOVES.keys() == set()
    assert {reason for check in ManualCheck.objects.all() for reason in check.reasons} == set(Reason)
    assert set(ManualCheck.objects.values_list("decision", flat=True)) == {"", "approved", "refused"}
    assert set(Batch.objects.values_list("state", flat=True)) == set(Batch.State)
    assert set(TrackingEvent.objects.values_list("kind", flat=True)) == set(TrackingEvent.Kind)
    assert Listing.objects.filter(status="active").count() == 2000
    the_register_has_two_editions()
    twelve_weeks_have_something_to_show()
    assert OrderDraft.objects.open().exists()
    assert set(DataRequest.objects.values_list("state", flat=True)) == {"open", "met", "refused"}
    assert DataRequest.objects.paused().exists()
    assert DataRequest.objects.without_identity().exists()
    assert not DataRequest.objects.overdue(timezone.localdate()).exists()
    assert Complaint.objects.open().exists()
    assert Breach.objects.open().exists()
    every_week_is_published()

    # It is as if it had happened: nothing lies ahead, the books agree, and each mail was sent.
    now = timezone.now()
    assert not OrderEvent.objects.filter(at__gt=now).exists()
    assert check_stock_ledger(now=now) == []
    assert not OutboxMessage.objects.filter(state__in=["queued", "sending"]).exists()
    assert OutboxMessage.objects.filter(state="failed").exists()
    assert len(list(settings.LOCAL_MAIL_DIR.glob("*.eml"))) == OutboxMessage.objects.filter(state="sent").count()

    for person in (*PROVIDERS, *STAFF):
        assert client.login(email=person.email, password=PASSWORD), person.email
    assert {person.role for person in STAFF} == set(ALL_ROLES)
    told = run("show_sign_ins")
    assert PASSWORD in told
    assert all(person.email in told for person in (*PROVIDERS, *STAFF))

    before = (User.objects.count(), Order.objects.count())
    assert "nothing was loaded" in run("load_sample_data")
    assert (User.objects.count(), Order.objects.count()) == before


def test_nothing_is_loaded_where_mails_would_really_go_out(settings: Any) -> None:
    settings.MAIL_TRANSPORT = "smtp"
    assert "MAIL_TRANSPORT=smtp" in run("load_sample_data")
    assert not User.objects.exists()


def test_without_sample_data_there_are_no_sign_ins_to_show() -> None:
    told = run("show_sign_ins")
    assert PASSWORD not in told
    assert re.search("not loaded", told)
