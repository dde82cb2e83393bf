"""The analyst's page, and the pictures on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import TemplateView, View

from reports.access import ReportsAccessMixin
from reports.dashboard.page import DashboardPage, page_of
from reports.dashboard.published import read_published
from reports.models import ChartPicture


class DashboardView(ReportsAccessMixin, TemplateView):
    """What happened, what will happen and what needs attention, by the newest published snapshot."""

    template_name = "reports/dashboard.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        published = read_published()
        page = page_of(published) if published is not None else None
        return {**super().get_context_data(**kwargs), "page": page, "drawn": _drawn(page)}


class ChartPictureView(ReportsAccessMixin, View):
    """One chart as SVG. Its address holds the digest of its figures, so nobody finds another by trying."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, digest: str) -> HttpResponse:
        picture = ChartPicture.objects.drawn_of([digest]).first()
        if picture is None:
            raise Http404
        return HttpResponse(picture.svg, content_type="image/svg+xml; charset=utf-8")


def _drawn(page: DashboardPage | None) -> set[str]:
    """Which pictures of the page are there: until a worker has drawn one, its figures stand open in its place."""
    if page is None:
        return set()
    return set(ChartPicture.objects.drawn_of(page.digests).values_list("digest", flat=True))
