"""What was published, for analysts: the list of snapshots, one snapshot with its tables, and its files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View
from django.views.generic import TemplateView

from badgeportal.actor import Actor
from badgeportal.govuk.paging import pagination
from reports.access import ReportsAccessMixin
from reports.downloads.actions import SnapshotWithdrawn, take_file
from reports.downloads.files import WHOLE, file_called
from reports.downloads.publication import ABOUT, Publication, publication_of, short_week_words, week_words
from reports.downloads.versions import Versions, versions_of
from reports.measures.catalogue import TABLES
from reports.models import Snapshot

SNAPSHOTS_ON_A_PAGE = 26
_GONE = 410


class SnapshotsView(ReportsAccessMixin, TemplateView):
    """Published snapshots, newest first, half a year on a page."""

    template_name = "reports/snapshots.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        published = Snapshot.objects.published().newest_first()
        page = Paginator(published, SNAPSHOTS_ON_A_PAGE).get_page(self.request.GET.get("page"))
        rows = [{"snapshot": snapshot, "words": short_week_words(snapshot)} for snapshot in page]
        return {**super().get_context_data(**kwargs), "rows": rows, "pagination": pagination(page)}


class SnapshotView(ReportsAccessMixin, View):
    """One snapshot: its tables to read, its definitions, and its files; of one that was withdrawn, why."""

    def get(self, request: HttpRequest, week: date, version: int) -> HttpResponse:
        versions = _versions(week, version)
        if versions.asked.withdrawn_at is not None:
            return _withdrawn(request, versions, status=200)
        context = {"publication": _publication(versions), "about": " ".join(ABOUT), "whole": WHOLE}
        return render(request, "reports/snapshot.html", context)


class SnapshotFileView(ReportsAccessMixin, View):
    """One file of a snapshot. Each time it is taken is recorded; of a snapshot that was withdrawn there is none."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, week: date, version: int, file: str) -> HttpResponse:
        versions = _versions(week, version)
        if versions.asked.withdrawn_at is not None:
            return _withdrawn(request, versions, status=_GONE)
        found = file_called(_publication(versions), file)
        if found is None:
            raise Http404
        try:
            content = take_file(file=found, actor=Actor.user(request.user), now=timezone.now())
        except SnapshotWithdrawn:
            return _withdrawn(request, _versions(week, version), status=_GONE)
        answer = HttpResponse(content, content_type=found.content_type)
        answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
        return answer


def _versions(week: date, version: int) -> Versions:
    versions = versions_of(week, version)
    if versions is None:
        raise Http404
    return versions


def _publication(versions: Versions) -> Publication:
    return publication_of(versions.asked, definitions=TABLES, withdrawn=versions.withdrawn_before)


def _withdrawn(request: HttpRequest, versions: Versions, *, status: int) -> HttpResponse:
    context = {"versions": versions, "week_words": week_words(versions.asked)}
    return render(request, "reports/snapshot_withdrawn.html", context, status=status)
