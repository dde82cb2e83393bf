"""The analyst's page: what stands on it, who opens it, what it costs, and what is made ready for it."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from reports.charts.shapes import Shape
from reports.dashboard.page import DashboardPage, page_of
from reports.dashboard.preparing import prepare_dashboard
from reports.dashboard.published import read_published
from reports.models import ChartPicture, Forecast, Snapshot
from reports.models.forecast import Outcome
from tests.factories.user import StaffFactory, UserFactory
from tests.reports.published import WEEK, a_week, weeks_of_figures

NOW = timezone.now()
CHARTS = 6


@pytest.fixture(scope="class")
def published(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Ten weeks with their forecast and charts, for every test of the class; each test's own changes are rolled back."""
    from tests.keys import forget_own_keys

    with django_db_blocker.unblock():
        newest = weeks_of_figures(10, changed={(3, "week", "badges"): "c"})
        forget_own_keys()
        prepare_dashboard(now=NOW)
        yield newest
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE reports_snapshot, reports_chartpicture CASCADE")


@pytest.fixture
def analyst(db: None, client: Client) -> Client:
    client.force_login(StaffFactory(role=roles.DHSC_ANALYST))
    return client


def current_page() -> DashboardPage:
    found = read_published()
    assert found is not None
    return page_of(found)


def withdraw(snapshot: Snapshot) -> None:
    Snapshot.objects.filter(pk=snapshot.pk).update(
        withdrawn_at=NOW, withdrawn_by="user:1", withdrawn_reason="Stock was counted twice"
    )


class TestPrepared:
    def test_the_page_shows_figures_findings_pictures_tables_and_forecast(
        self, published: Snapshot, analyst: Client
    ) -> None:
        shown = analyst.get(reverse("reports")).content.decode()
        page = current_page()

        assert "Week of 16 to 22 November 2026" in shown
        for headline in page.headlines:
            assert headline.figure in shown
        assert len(page.all_charts) == CHARTS
        for chart in page.all_charts:
            assert chart.finding in shown
            assert f'alt="{chart.alt}"' in shown
            assert chart.source in shown
            assert reverse("chart_picture", args=[chart.wide]) in shown
            assert reverse("chart_picture", args=[chart.narrow]) in shown
            assert f'<caption class="govuk-table__caption">{chart.table.caption}</caption>' in shown
        assert page.outlook.stock in shown
        assert reverse("snapshot", args=[WEEK, 1]) in shown

    def test_at_most_ten_queries_with_a_second_step(self, published: Snapshot, client: Client, settings: Any) -> None:
        settings.STAFF_SECOND_FACTOR_REQUIRED = True
        reader = StaffFactory(role=roles.DHSC_ANALYST)
        TOTP.activate(reader, generate_totp_secret())
        client.force_login(reader)
        client.get(reverse("reports"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("reports")).status_code == 200

        assert len(captured) <= 10

    def test_pictures_are_real_svg_without_styles_that_the_policy_refuses(
        self, published: Snapshot, analyst: Client
    ) -> None:
        page = current_page()
        for chart in page.all_charts:
            for digest, shape in ((chart.wide, Shape.WIDE), (chart.narrow, Shape.NARROW)):
                answer = analyst.get(reverse("chart_picture", args=[digest]))
                picture = ElementTree.fromstring(answer.content)
                assert answer["Content-Type"].startswith("image/svg+xml")
                assert picture.get("viewBox") == f"0 0 {shape.width} {chart.drawing.height(shape)}"
                assert b"style" not in answer.content
                assert b"<text" in answer.content
        words = "".join(ElementTree.fromstring(ChartPicture.objects.get(digest=page.charts[0].wide).svg).itertext())
        assert "[c]" in words
        assert "Badges ordered in the week" in words

    @pytest.mark.parametrize("role", [*roles.ADMIN_ROLES, "provider", None])
    def test_pictures_are_for_those_who_may_read_the_page(
        self, published: Snapshot, db: None, client: Client, role: str | None
    ) -> None:
        if role is not None:
            client.force_login(UserFactory() if role == "provider" else StaffFactory(role=role))
        url = reverse("chart_picture", args=[current_page().charts[0].wide])
        expected = {roles.PORTAL_MANAGER: 200, None: 302}.get(role, 403)

        assert client.get(url).status_code == client.get(reverse("reports")).status_code == expected

    def test_a_picture_that_never_was_is_not_found(self, analyst: Client) -> None:
        assert analyst.get(reverse("chart_picture", args=["0" * 64])).status_code == 404

    def test_a_second_run_makes_nothing_and_other_figures_make_other_pictures(
        self, published: Snapshot, db: None
    ) -> None:
        before = set(ChartPicture.objects.values_list("digest", flat=True))
        assert prepare_dashboard(now=NOW) == 0
        assert set(ChartPicture.objects.values_list("digest", flat=True)) == before == current_page().digests
        assert len(before) == 2 * CHARTS

    def test_the_same_figures_are_drawn_to_the_same_bytes(self, published: Snapshot, db: None) -> None:
        from reports.charts.drawing import svg

        chart = current_page().charts[0]
        assert svg(chart.drawing, Shape.NARROW) == ChartPicture.objects.get(digest=chart.narrow).svg

    def test_pictures_of_withdrawn_figures_are_gone_with_the_next_run(
        self, published: Snapshot, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("reports.charts.drawing.svg", lambda drawing, shape: "<svg/>")
        before = current_page().digests
        withdraw(published)
        prepare_dashboard(now=NOW)

        now = current_page()
        assert now.published.snapshot.week < published.week
        assert set(ChartPicture.objects.values_list("digest", flat=True)) == now.digests != before


@pytest.mark.django_db
class TestNotThereYet:
    def test_before_anything_is_published_the_page_says_so_and_what_comes_next(self, analyst: Client) -> None:
        shown = analyst.get(reverse("reports")).content.decode()

        assert "Nothing has been published yet." in shown
        assert "published on the Monday after it" in shown
        assert prepare_dashboard(now=NOW) == 0

    def test_until_charts_are_drawn_their_figures_stand_open_in_their_place(self, analyst: Client) -> None:
        weeks_of_figures(3)
        shown = analyst.get(reverse("reports")).content.decode()

        assert '<img class="app-chart__picture"' not in shown
        assert shown.count("The chart is being drawn.") == CHARTS - 1
        assert shown.count('<details class="govuk-details app-no-print" open>') == CHARTS - 1
        assert "The forecast is being computed." in shown

    def test_with_few_weeks_the_page_says_that_there_is_no_forecast(self, analyst: Client) -> None:
        snapshot = a_week(WEEK, {("week", "badges"): 100})
        Forecast.objects.create(
            snapshot=snapshot, computed_at=NOW, outcome=Outcome.TOO_SHORT, weeks_known=1, weeks_hidden=0
        )

        assert "There is no forecast yet: only 1 week shows how many badges were ordered, and 8 are needed." in (
            analyst.get(reverse("reports")).content.decode()
        )


@pytest.mark.planted_fault("reports.prepare_dashboard")
@pytest.mark.django_db
def test_the_sweep_makes_what_a_lost_message_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot whose forecast nobody computed and whose charts nobody drew, as after a worker was killed."""
    from reports.tasks import prepare_dashboard_task

    monkeypatch.setattr("reports.charts.drawing.svg", lambda drawing, shape: "<svg/>")
    snapshot = weeks_of_figures(3)
    ChartPicture.objects.create(digest="of another day", svg="<svg/>", drawn_at=NOW)

    # The forecast, which declines, and each chart but its fan in two shapes.
    assert prepare_dashboard_task() == 1 + 2 * (CHARTS - 1)
    assert Forecast.objects.get().snapshot == snapshot
    assert set(ChartPicture.objects.values_list("digest", flat=True)) == current_page().digests


@pytest.mark.django_db
def test_the_database_keeps_pictures_alone() -> None:
    with pytest.raises(IntegrityError, match="chart_picture_is_a_picture"):
        ChartPicture.objects.create(digest="x", svg="<script/>", drawn_at=NOW)
