"""Sends the Content Security Policy of settings, and the part of it that differs between public and staff pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.middleware import CSPMiddleware, PolicyParts
from django.urls import reverse

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

# Text can become markup or code in a page only through a named policy, and there is none: scripts cannot inject.
TRUSTED_TYPES = {"require-trusted-types-for": ["'script'"]}


class PolicyMiddleware(CSPMiddleware):
    """Adds Trusted Types to every page but those of Django's admin, whose jQuery writes markup from text."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and not request.path_info.startswith(reverse("admin:index")):
            parts.update = {**(parts.update or {}), **TRUSTED_TYPES}
        return parts
