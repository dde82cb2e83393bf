"""A week's figures: published once, hidden where few stand behind them, never changed, withdrawn with a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.roles import PORTAL_MANAGER
from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from badgeportal.watch.gauges import read_all
from reports.disclosure.shapes import ProtectedTable
from reports.measures.catalogue import TABLES
from reports.measures.cohort import laid_out_once
from reports.models import Cell, PublishedTable, Snapshot, SnapshotRequest
from reports.periods import LONDON, PeriodKind
from reports.snapshots import faults, sweeping
from reports.snapshots.asking import ask_for_extra_snapshot, withdraw_snapshot
from reports.snapshots.computing import compute, read
from reports.snapshots.publishing import publish_due, publish_week
from reports.snapshots.reading import latest_snapshot, tables_of
from reports.snapshots.weeks import closed_weeks, first_week, overdue_weeks, unpublished_weeks
from reports.tasks import publish_missed_weeks, publish_weeks
from tests.factories.user import StaffFactory
from tests.reports.tiny_world import MONDAY, at
from tests.verification.worlds import other_order

pytestmark = pytest.mark.django_db
EARLY = datetime(2026, 11, 30, 5, 5, tzinfo=LONDON)
WEEKS = [date(2026, 10, 19) + timedelta(weeks=n) for n in range(6)]


def manager() -> Actor:
    return Actor.user(StaffFactory(role=PORTAL_MANAGER))


@pytest.fixture(scope="module")
def computed(world) -> list[ProtectedTable]:
    """The tables of the week, which take seconds, once for all tests."""
    return compute(MONDAY)


@pytest.fixture
def published(world, computed, monkeypatch) -> Snapshot:
    with monkeypatch.context() as patch:
        patch.setattr("reports.snapshots.publishing.compute", lambda monday: computed)
        snapshot = publish_week(week=MONDAY, now=EARLY)
    assert snapshot is not None
    return snapshot


@pytest.fixture
def without_tables(monkeypatch) -> None:
    """For tests of which weeks are published and not of what: their snapshots have no tables, and take no time."""
    monkeypatch.setattr("reports.snapshots.publishing.compute", lambda monday: [])


def test_a_week_is_published_with_every_table_that_ends_with_it(published):
    assert (published.week, published.version, published.published_at) == (MONDAY, 1, EARLY)
    assert published.published_by == "system:publish-weeks"
    assert [table.code for table in published.tables.all()] == [table.code for table in TABLES]
    assert {table.period.last_day for table in published.tables.all()} == {date(2026, 11, 29)}
    [event] = AuditEvent.objects.filter(kind="snapshot_published")
    assert event.details["week"] == "2026-11-23"
    assert event.details["tables"] == len(TABLES)


def test_each_periods_orders_are_read_once_and_no_statement_is_for_one_row(world):
    with CaptureQueriesContext(connection) as few, transaction.atomic(), laid_out_once():
        read(MONDAY)
    for number in range(5):
        other_order(now=at(24, f"0{number}:00"))
    with CaptureQueriesContext(connection) as more, transaction.atomic(), laid_out_once():
        read(MONDAY)
    laid_out = [query["sql"] for query in few if "CREATE TEMPORARY TABLE reports_cohort" in query["sql"]]
    # The week, and the four weeks.
    assert len(laid_out) == 2
    assert len(more) == len(few) <= 40


def test_where_few_stand_behind_figures_none_of_them_is_stored(published):
    """Four organisations ordered in all of the tiny world: no count of theirs may be there, but for zeros."""
    shown = Cell.objects.filter(table__snapshot=published, value__gt=0)
    public = {"received", "listings", "available"}
    assert {cell.measure for cell in shown} <= public
    tables = tables_of(published)
    assert tables["week"].figure("total", "orders").text == "[c]"
    assert tables["stock"].figure("total", "received").text == "1,000"
    assert tables["stock"].figure("total", "available").text == "3,000"
    assert all(table.table.rule for table in tables.values())


def test_where_eight_organisations_ordered_and_nothing_is_hidden_england_is_told_exactly(world):
    for number in range(9):
        other_order(now=at(4, f"0{number}:00"), quantity=3)

    published = publish_week(week=WEEKS[2], now=EARLY)

    week = tables_of(published)["week"]
    assert week.table.rounded_to == 1
    assert [figure.text for figure in week.rows[0].figures.values()] == ["9", "27", "9", "0"]


def test_a_week_is_published_once_however_often_it_is_asked_for(without_tables, published):
    assert publish_week(week=MONDAY, now=EARLY) is None
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("week", [date(2026, 11, 30), date(2026, 11, 24), date(2026, 12, 7)])
def test_only_a_week_that_is_over_is_published(world, week):
    with pytest.raises(faults.WeekNotOver):
        publish_week(week=week, now=EARLY)


def test_what_was_published_stays_as_it_was_whatever_happens_then(published, world):
    columns = ("pk", "row", "measure", "value", "mark")
    before = list(Cell.objects.order_by("pk").values_list(*columns))
    world.after_the_week()

    assert publish_due(now=EARLY) == len(WEEKS) - 1

    assert list(Cell.objects.filter(table__snapshot=published).order_by("pk").values_list(*columns)) == before
    four_weeks = PublishedTable.objects.filter(period_kind=PeriodKind.FOUR_WEEKS)
    assert set(four_weeks.values_list("snapshot__week", flat=True)) == {date(2026, 10, 26), MONDAY}


def test_weeks_begin_with_the_first_order_and_end_with_the_last_that_is_over(world):
    assert first_week() == WEEKS[0]
    assert closed_weeks(EARLY) == WEEKS
    assert closed_weeks(datetime(2026, 11, 29, 23, 59, tzinfo=LONDON)) == WEEKS[:-1]


@pytest.mark.planted_fault("reports.publish_weeks")
def test_weeks_that_were_missed_are_caught_up_the_oldest_first(world, without_tables, monkeypatch):
    monkeypatch.setattr("reports.tasks.timezone.now", lambda: EARLY)

    assert publish_weeks() == len(WEEKS)

    assert list(Snapshot.objects.order_by("pk").values_list("week", flat=True)) == WEEKS
    assert publish_weeks() == 0


def test_a_week_that_cannot_be_published_keeps_no_other_from_it(world, monkeypatch):
    def compute(monday: date) -> list[object]:
        if monday == WEEKS[1]:
            raise ValueError("12 badges")
        return []

    monkeypatch.setattr("reports.snapshots.publishing.compute", compute)
    with pytest.raises(ValueError, match="12 badges"):
        publish_due(now=EARLY)
    assert set(Snapshot.objects.values_list("week", flat=True)) == {*WEEKS} - {WEEKS[1]}


def test_a_run_that_takes_too_long_leaves_the_rest_to_the_next(world, monkeypatch):
    kicked = []
    monkeypatch.setattr("reports.snapshots.publishing.kick", kicked.append)
    assert publish_due(now=EARLY, run_for=timedelta(0)) == 0
    assert kicked == ["reports.publish_weeks"]


@pytest.mark.planted_fault("reports.publish_missed_weeks")
def test_a_week_without_figures_on_monday_at_nine_is_told_and_mended(world, without_tables, monkeypatch):
    for week in WEEKS[:-1]:
        publish_week(week=week, now=EARLY)
    nine = datetime(2026, 11, 30, 9, 0, tzinfo=LONDON)
    assert sweeping.publish_overdue(now=nine - timedelta(minutes=1)) == 0
    assert (overdue_weeks(nine), unpublished_weeks(EARLY)) == ([MONDAY], [MONDAY])
    assert gauge("portal_weeks_unpublished", nine) == 1
    monkeypatch.setattr("reports.tasks.timezone.now", lambda: nine)

    assert publish_missed_weeks() == 1

    assert latest_snapshot().week == MONDAY
    assert gauge("portal_weeks_unpublished", nine) == 0
    assert gauge("portal_snapshot_age_seconds", nine + timedelta(seconds=60)) == 60
    assert publish_missed_weeks() == 0


def gauge(name: str, now: datetime) -> float:
    return next(one.samples[""] for one in read_all(now) if one.name == name)


def test_withdrawn_figures_are_not_read_and_can_be_published_anew_because_a_manager_asks(without_tables, published):
    actor = manager()
    with pytest.raises(faults.PublishedAlready):
        ask_for_extra_snapshot(week=MONDAY, actor=actor, now=EARLY)

    withdrawn = withdraw_snapshot(snapshot_id=published.pk, reason=" Counted  twice ", actor=actor, now=EARLY)

    assert (withdrawn.withdrawn_reason, withdrawn.withdrawn_by) == ("Counted twice", str(actor))
    assert latest_snapshot() is None
    assert MONDAY not in unpublished_weeks(EARLY)
    for week in WEEKS[:-1]:
        publish_week(week=week, now=EARLY)
    assert publish_due(now=EARLY) == 0

    request = ask_for_extra_snapshot(week=MONDAY, actor=actor, now=EARLY)
    with pytest.raises(faults.AskedAlready):
        ask_for_extra_snapshot(week=MONDAY, actor=actor, now=EARLY)
    assert publish_due(now=EARLY + timedelta(minutes=1)) == 1

    request.refresh_from_db()
    assert request.snapshot == latest_snapshot()
    assert (request.snapshot.version, request.snapshot.published_by) == (2, str(actor))
    kinds = AuditEvent.objects.filter(actor=str(actor)).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["snapshot_withdrawn", "snapshot_asked_for", "snapshot_published"]


def test_a_request_whose_message_was_lost_is_seen_by_the_sweep(without_tables, published):
    actor = manager()
    for week in WEEKS[:-1]:
        publish_week(week=week, now=EARLY)
    withdraw_snapshot(snapshot_id=published.pk, reason="x", actor=actor, now=EARLY)
    ask_for_extra_snapshot(week=MONDAY, actor=actor, now=EARLY)
    assert sweeping.publish_overdue(now=EARLY + timedelta(minutes=14)) == 0
    assert sweeping.publish_overdue(now=EARLY + timedelta(minutes=16)) == 1
    assert latest_snapshot().version == 2


def test_what_cannot_be_asked_for_is_told(world):
    for week, fault in {
        date(2026, 11, 30): faults.WeekNotOver,
        date(2026, 11, 25): faults.WeekNotOver,
        date(2026, 10, 12): faults.NothingInThatWeek,
    }.items():
        with pytest.raises(fault):
            ask_for_extra_snapshot(week=week, actor=manager(), now=EARLY)
    assert not SnapshotRequest.objects.exists()


def test_figures_are_withdrawn_once_and_with_a_reason(without_tables, published):
    with pytest.raises(faults.NoReason):
        withdraw_snapshot(snapshot_id=published.pk, reason=" ", actor=manager(), now=EARLY)
    withdraw_snapshot(snapshot_id=published.pk, reason="wrong", actor=manager(), now=EARLY)
    with pytest.raises(faults.WithdrawnAlready):
        withdraw_snapshot(snapshot_id=published.pk, reason="wrong again", actor=manager(), now=EARLY)


def refuses(statement: str) -> bool:
    """Whether PostgreSQL itself refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except IntegrityError as error:
        return "written once and never changed" in str(error)
    return False


def test_postgresql_lets_nobody_change_or_delete_what_was_published(published):
    assert refuses("UPDATE reports_cell SET value = 1, mark = ''")
    assert refuses("DELETE FROM reports_cell")
    assert refuses("UPDATE reports_publishedtable SET rule = ''")
    assert refuses("DELETE FROM reports_publishedtable")
    assert refuses("UPDATE reports_snapshot SET version = 2")
    assert refuses(
        "UPDATE reports_snapshot SET withdrawn_at = now(), withdrawn_by = 'x:y', withdrawn_reason = 'x', version = 7"
    )
    assert refuses("DELETE FROM reports_snapshot")
    withdraw_snapshot(snapshot_id=published.pk, reason="wrong", actor=manager(), now=EARLY)
    assert refuses("UPDATE reports_snapshot SET withdrawn_reason = 'another'")
    assert refuses("UPDATE reports_snapshot SET withdrawn_at = NULL, withdrawn_by = '', withdrawn_reason = ''")
    assert not refuses("SET LOCAL portal.maintenance = 'on'; DELETE FROM reports_cell")


def test_a_week_published_again_keeps_to_what_was_said_first(published):
    withdraw_snapshot(snapshot_id=published.pk, reason="wrong", actor=manager(), now=EARLY)

    again = publish_week(week=MONDAY, now=EARLY)

    columns = ("table__code", "row", "measure", "value", "mark")
    first, second = (
        set(Cell.objects.filter(table__snapshot=each).values_list(*columns)) for each in (published, again)
    )
    assert first == second
