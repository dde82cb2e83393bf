"""The whole page, put together from one reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.dashboard.attention import Attention, attention
from reports.dashboard.chart import Chart
from reports.dashboard.demand_charts import badges_by_region, orders_by_week, stock_over_weeks
from reports.dashboard.headlines import Headline, headlines
from reports.dashboard.outlook import Outlook, outlook
from reports.dashboard.published import Published
from reports.dashboard.service_charts import queue_and_time, time_to_delivery
from reports.dashboard.wording import days_of


@dataclass(frozen=True, slots=True)
class DashboardPage:
    published: Published
    attention: Attention
    headlines: Sequence[Headline]
    charts: Sequence[Chart]
    outlook: Outlook

    @property
    def days(self) -> str:
        """The week that the page is about."""
        return days_of(self.published.snapshot.week)

    @property
    def all_charts(self) -> list[Chart]:
        return [*self.charts, *([self.outlook.chart] if self.outlook.chart else [])]

    @property
    def digests(self) -> set[str]:
        """Those of every picture on the page."""
        return {digest for chart in self.all_charts for digest in (chart.wide, chart.narrow)}


def page_of(published: Published) -> DashboardPage:
    charts = [
        build(published)
        for build in (orders_by_week, stock_over_weeks, badges_by_region, queue_and_time, time_to_delivery)
    ]
    return DashboardPage(
        published=published,
        attention=attention(published),
        headlines=headlines(published),
        charts=[chart for chart in charts if chart is not None],
        outlook=outlook(published),
    )
