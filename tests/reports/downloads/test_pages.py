"""Published snapshots on screen, their files, and who took which."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from reports.downloads.actions import SNAPSHOT_DOWNLOADED, SnapshotWithdrawn, take_file
from reports.downloads.files import WHOLE, SnapshotFile, file_called
from reports.downloads.publication import publication_of
from reports.measures.catalogue import TABLES
from reports.measures.shapes import TOTAL
from reports.models import Snapshot
from reports.snapshots.asking import withdraw_snapshot
from tests.factories.user import StaffFactory
from tests.reports.downloads.rules import broken_rules
from tests.reports.downloads.worlds import (
    DEFINITIONS,
    FIGURES,
    WEEK,
    a_published_snapshot,
    a_snapshot,
    a_withdrawn_snapshot,
    with_every_table,
    with_figures,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> User:
    return StaffFactory(role=roles.DHSC_ANALYST)


@pytest.fixture
def reader(client: Client, analyst: User) -> Client:
    client.force_login(analyst)
    return client


def page_of(snapshot: Snapshot) -> str:
    return reverse("snapshot", args=[snapshot.week, snapshot.version])


def address(snapshot: Snapshot, file: str) -> str:
    return reverse("snapshot_file", args=[snapshot.week, snapshot.version, file])


def withdraw(snapshot: Snapshot) -> None:
    reason = "Stock was counted twice"
    withdraw_snapshot(snapshot_id=snapshot.pk, reason=reason, actor=Actor.user(StaffFactory()), now=timezone.now())


def test_the_list_has_published_weeks_newest_first_and_goes_on_over_pages(reader: Client) -> None:
    for number in range(28):
        a_snapshot(WEEK - timedelta(weeks=number))
    withdrawn = a_withdrawn_snapshot(WEEK + timedelta(weeks=1))
    first, second = (reader.get(reverse("snapshots"), {"page": number}).content.decode() for number in (1, 2))

    assert first.index("16 to 22 November 2026") < first.index("9 to 15 November 2026")
    assert page_of(withdrawn) not in first
    assert second.count('<tr class="govuk-table__row" role="row">') == 1 + 2
    assert 'href="?page=2"' in first


def test_before_anything_is_published_the_list_says_when_to_come_back(reader: Client) -> None:
    assert "Nothing has been published yet. Come back on Monday." in reader.get(reverse("snapshots")).content.decode()


def test_a_snapshot_shows_every_figure_with_rule_shorthand_and_definition(reader: Client) -> None:
    snapshot = a_published_snapshot()
    shown = unescape(reader.get(page_of(snapshot)).content.decode())
    for table in publication_of(snapshot, definitions=TABLES).tables:
        section = shown.split(f'id="{table.code}"')[1].split("</section>")[0]
        cells = re.findall(r"<td [^>]*>([^<]*)</td>", section)
        assert cells == [figure.text for line in table.lines for figure in line.figures]
        assert re.findall(r'<th scope="row"[^>]*>([^<]*)</th>', section) == [line.label for line in table.lines]
        for words in (table.title, table.text, table.period_words, table.published.rule, *table.mark_words):
            assert words in section
        for column in table.columns:
            assert column.definition in section
    assert "[c] means hidden so that nobody can be recognised." in shown
    assert ">250,000<" in shown


def test_a_label_cannot_bring_markup_along(reader: Client) -> None:
    label = "<script>alert(1)</script>"
    snapshot = with_figures(a_snapshot(), {"week": [(TOTAL, label, {"orders": "10"})]})
    assert "<script>alert" not in reader.get(page_of(snapshot)).content.decode()


@pytest.mark.parametrize("file", [*(whole.address for whole in WHOLE), "week_by_region.csv"])
def test_each_file_is_given_under_its_name_and_recorded(reader: Client, analyst: User, file: str) -> None:
    snapshot = a_published_snapshot()
    answer = reader.get(address(snapshot, file))

    publication = publication_of(snapshot, definitions=TABLES)
    found = file_called(publication, file)
    assert found is not None
    assert answer.content == found.content()
    assert answer["Content-Disposition"] == f'attachment; filename="{found.name}"'
    assert found.name.startswith("care-badges-2026-11-16-v1")
    assert answer["Content-Type"] == found.content_type
    assert "no-store" in answer["Cache-Control"]
    event = AuditEvent.objects.get(kind=SNAPSHOT_DOWNLOADED)
    assert (event.actor, event.subject_type, event.subject_id) == (
        f"user:{analyst.pk}",
        "reports.snapshot",
        str(snapshot.pk),
    )
    table = {"table": "week_by_region"} if file.endswith(".csv") else {}
    assert event.details == {"format": found.format.value, **table}


def test_files_are_called_after_week_and_version() -> None:
    publication = publication_of(a_published_snapshot(version=3), definitions=DEFINITIONS)
    names = {whole.address: SnapshotFile(publication, whole.format).name for whole in WHOLE}
    assert names == {
        "workbook.xlsx": "care-badges-2026-11-16-v3.xlsx",
        "workbook.ods": "care-badges-2026-11-16-v3.ods",
        "tables.zip": "care-badges-2026-11-16-v3-csv.zip",
        "metadata.json": "care-badges-2026-11-16-v3-metadata.json",
    }


def test_reading_a_page_is_not_a_download(reader: Client) -> None:
    reader.get(page_of(a_published_snapshot()))
    assert not AuditEvent.objects.filter(kind=SNAPSHOT_DOWNLOADED).exists()


def test_a_withdrawn_snapshot_says_why_and_gives_no_figures_and_no_files(reader: Client) -> None:
    snapshot = a_published_snapshot()
    withdraw(snapshot)
    page = reader.get(page_of(snapshot))
    files = [reader.get(address(snapshot, file)) for file in ("workbook.xlsx", "week.csv", "metadata.json")]

    assert page.status_code == 200
    assert [file.status_code for file in files] == [410, 410, 410]
    for answer in (page, *files):
        shown = answer.content.decode()
        assert "These figures were withdrawn" in shown
        assert "Stock was counted twice" in shown
        assert "12,345" not in shown
    assert not AuditEvent.objects.filter(kind=SNAPSHOT_DOWNLOADED).exists()


def test_a_version_and_the_one_that_was_withdrawn_before_it_lead_to_each_other(reader: Client) -> None:
    first = a_withdrawn_snapshot()
    second = a_published_snapshot(version=2)

    assert page_of(second) in reader.get(page_of(first)).content.decode()
    assert "Stock was counted twice." in reader.get(page_of(second)).content.decode()


def test_nothing_is_given_of_a_snapshot_that_is_withdrawn_while_its_file_is_made(analyst: User) -> None:
    snapshot = a_published_snapshot()
    file = file_called(publication_of(snapshot, definitions=DEFINITIONS), "week.csv")
    assert file is not None
    withdraw(snapshot)

    with pytest.raises(SnapshotWithdrawn):
        take_file(file=file, actor=Actor.user(analyst), now=timezone.now())
    assert not AuditEvent.objects.filter(kind=SNAPSHOT_DOWNLOADED).exists()


def test_a_week_a_version_or_a_file_that_never_was_is_not_found(reader: Client) -> None:
    snapshot = a_published_snapshot()
    wrong = [
        reverse("snapshot", args=[WEEK, 2]),
        reverse("snapshot", args=[WEEK + timedelta(days=1), 1]),
        reverse("snapshot_file", args=[WEEK, 2, "workbook.xlsx"]),
        *(address(snapshot, file) for file in ("workbook.doc", "accounts.csv", "week", "stock.csv")),
    ]
    assert [reader.get(url).status_code for url in wrong] == [404] * len(wrong)


def test_asking_only_about_a_file_makes_none(reader: Client) -> None:
    assert reader.head(address(a_published_snapshot(), "workbook.xlsx")).status_code == 405


@pytest.mark.parametrize("role", [*roles.ADMIN_ROLES, None])
def test_only_those_who_read_reports_read_them(client: Client, role: str | None) -> None:
    snapshot = a_published_snapshot()
    if role is not None:
        client.force_login(StaffFactory(role=role))
    answers = [client.get(url) for url in (reverse("snapshots"), page_of(snapshot), address(snapshot, "workbook.xlsx"))]
    expected = {roles.PORTAL_MANAGER: 200, None: 302}.get(role, 403)
    assert [answer.status_code for answer in answers] == [expected] * 3


def test_without_a_second_step_there_is_no_file(reader: Client, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    answer = reader.get(address(a_published_snapshot(), "workbook.xlsx"))
    assert answer.headers["Location"] == reverse("mfa_activate_totp")


def test_every_table_that_is_published_can_be_written_and_keeps_the_rules(reader: Client) -> None:
    """With the words that there are: headings unlike, names that fit, nothing that the writer trips over."""
    snapshot = with_every_table(a_snapshot())
    book = openpyxl.load_workbook(io.BytesIO(reader.get(address(snapshot, "workbook.xlsx")).content))

    assert broken_rules(book) == []
    assert len(book.sheetnames) == 3 + len(TABLES)
    assert reader.get(page_of(snapshot)).status_code == 200
    assert reader.get(address(snapshot, "workbook.ods")).status_code == 200


def test_a_table_that_is_not_defined_any_more_keeps_its_figures(reader: Client) -> None:
    snapshot = with_figures(a_snapshot(), {"week_of_old": FIGURES["week"]})
    shown = reader.get(page_of(snapshot)).content.decode()

    assert "Week of old" in shown
    assert "12,345" in shown
    assert reader.get(address(snapshot, "workbook.xlsx")).status_code == 200
