"""The analyst's pages."""

from __future__ import annotations

from django.views.generic import TemplateView

from reports.access import ReportsAccessMixin


class PublishedView(ReportsAccessMixin, TemplateView):
    """What has been published, newest first."""

    template_name = "reports/published.html"
