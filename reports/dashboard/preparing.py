"""What is made ready so that the page is never slow: the forecast of the newest snapshot, and its charts."""

from __future__ import annotations

from datetime import datetime

import structlog

from badgeportal.alone import alone_with
from reports.charts.shapes import Shape
from reports.dashboard.page import DashboardPage, page_of
from reports.dashboard.published import read_published
from reports.forecast.actions import compute_forecast
from reports.models import ChartPicture

log = structlog.get_logger(__name__)

PREPARE_DASHBOARD = "reports.prepare_dashboard"


def prepare_dashboard(*, now: datetime) -> int:
    """Compute the forecast and draw the charts that the page of the newest snapshot lacks; returns how many were made.

    Pictures that no page shows any more are deleted, so those of a withdrawn snapshot are gone with the next run.
    """
    published = read_published()
    if published is None:
        ChartPicture.objects.all().delete()
        return 0
    made = 0
    if published.forecast is None and compute_forecast(snapshot=published.snapshot, now=now) is not None:
        made, published = 1, read_published() or published
    return made + draw_charts(page=page_of(published), now=now)


def draw_charts(*, page: DashboardPage, now: datetime) -> int:
    """Draw what is missing of the pictures of `page`; returns how many were drawn."""
    ChartPicture.objects.not_shown(page.digests).delete()
    wanted = {chart.drawing.digest(shape): (chart.drawing, shape) for chart in page.all_charts for shape in Shape}
    drawn = set(ChartPicture.objects.drawn_of(wanted).values_list("digest", flat=True))
    if not wanted.keys() - drawn:
        return 0
    with alone_with("reports.draw_charts") as alone:
        if not alone:
            return 0
        # Loads matplotlib: a second and 100 MB that only a worker should pay.
        from reports.charts.drawing import svg

        for digest in sorted(wanted.keys() - drawn):
            picture = ChartPicture(digest=digest, svg=svg(*wanted[digest]), drawn_at=now)
            ChartPicture.objects.bulk_create([picture], ignore_conflicts=True)
    log.info("charts_drawn", drawn=len(wanted) - len(drawn))
    return len(wanted) - len(drawn)
