"""What closing the portal waits for in this room: figures that can be counted only as long as there is data."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from badgeportal.inventory import HoldsClosing
from reports.snapshots.weeks import unpublished_weeks


def weeks_without_figures() -> Iterator[HoldsClosing]:
    """Weeks that are over and not published: the job does it by itself, so nobody has anything to do but to wait or to settle."""
    for week in unpublished_weeks(timezone.now()):
        name = f"Management information for the week of {week:%-d %B %Y}"
        yield HoldsClosing("reports.snapshot", int(f"{week:%Y%m%d}"), name, "Not published yet")
