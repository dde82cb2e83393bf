"""The last wall of published figures: each constraint, broken on purpose in PostgreSQL itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from reports.models import Cell, PublishedTable, Snapshot, SnapshotRequest

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 5, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
WITHDRAWN = {"withdrawn_at": NOW, "withdrawn_by": "user:1", "withdrawn_reason": "wrong"}


def snapshot(**columns: Any) -> Snapshot:
    fields = {"week": MONDAY, "version": 1, "published_at": NOW, "published_by": "system:x", "software": "0"}
    return Snapshot.objects.create(**(fields | columns))


def table(**columns: Any) -> PublishedTable:
    fields = {
        "code": "week", "position": 0, "period_kind": "week", "period_starts": MONDAY, "period_ends": date(2026, 11, 30),
        "rounded_to": 1, "fewest_organisations": 8, "rule": "x",
    } | columns  # fmt: skip
    return PublishedTable.objects.create(**(fields if "snapshot" in fields else fields | {"snapshot": snapshot()}))


def cell(**columns: Any) -> Cell:
    fields = {"position": 0, "row": "total", "label": "Total", "measure": "orders", "value": 8} | columns
    return Cell.objects.create(**(fields if "table" in fields else fields | {"table": table()}))


def request(**columns: Any) -> SnapshotRequest:
    return SnapshotRequest.objects.create(**({"week": MONDAY, "asked_by": "user:1", "asked_at": NOW} | columns))


WALLS = {
    "snapshot_one_of_each_version": lambda: (snapshot(**WITHDRAWN), snapshot()),
    "snapshot_one_published_for_each_week": lambda: (snapshot(), snapshot(version=2)),
    "snapshot_week_begins_on_monday": lambda: snapshot(week=date(2026, 11, 24)),
    "snapshot_withdrawn_with_a_reason": lambda: snapshot(**WITHDRAWN | {"withdrawn_reason": ""}),
    "published_table_once_in_a_snapshot": lambda: table(snapshot=table().snapshot),
    "published_table_rounding_is_known": lambda: table(rounded_to=3),
    "published_table_eight_or_more": lambda: table(fewest_organisations=7),
    "published_table_period_is_known": lambda: table(period_kind="month"),
    "published_table_whole_weeks": lambda: table(period_ends=date(2026, 11, 29)),
    "cell_once_in_a_table": lambda: cell(table=cell().table),
    "cell_mark_is_known": lambda: cell(mark="?", value=None),
    "cell_a_figure_or_a_mark": lambda: cell(mark="c"),
    "cell_not_below_zero": lambda: cell(value=-1),
    "snapshot_request_one_open_for_each_week": lambda: (request(), request()),
    "snapshot_request_week_begins_on_monday": lambda: request(week=date(2026, 11, 24)),
    "snapshot_request_by_a_person": lambda: request(asked_by="system:x"),
    "snapshot_request_done_has_its_time": lambda: request(snapshot=snapshot()),
    "snapshot_request_fault_has_its_time": lambda: request(fault="broken"),
}


@pytest.mark.parametrize("name", WALLS)
def test_the_last_wall_holds(name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        WALLS[name]()
