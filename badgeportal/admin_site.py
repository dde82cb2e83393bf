"""The staff site: one sign-in for everybody (allauth's), a second factor for staff, and only our own records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

# The order in which work reaches people; it is also the list of apps whose records staff may see. Other packages register
# pages of their own (sessions, addresses, groups) that would show personal data without a record of who looked.
APPS_IN_ORDER = ("orders", "verification", "fulfilment", "accounts", "privacy", "outbox", "uploads", "audit", "reports")


class PortalAdminSite(AdminSite):
    site_header = "CARE badge portal for staff"
    site_title = "CARE badge portal for staff"
    index_title = "Your work"
    index_template = "admin/portal_index.html"
    empty_value_display = "none"
    # Each role has a handful of lists, and they are on the front page; the tables need the room.
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register the models of our own apps, and quietly leave out everybody else's."""
        models_given: Iterable[type[models.Model]] = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        )
        ours = [model for model in models_given if model._meta.app_label in APPS_IN_ORDER]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_active and user.is_staff and has_second_factor_if_required(user))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send a visitor to the one sign-in page, staff without a second factor to set it up, and nobody else further."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            wanted = resolve_url("admin:index")
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"{resolve_url('account_login')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")
        if not request.user.is_staff:
            raise PermissionDenied
        if not has_second_factor_if_required(request.user):
            messages.info(request, "Staff need a second step to sign in. Set up an authenticator app to go on.")
            return redirect("mfa_activate_totp")
        return HttpResponseRedirect(wanted)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out by Django's button, which posts; a link here leads to the page that asks first."""
        if request.method != "POST":
            return redirect("account_logout")
        logout(request)
        return redirect("start")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """Django's own answers what is typed in an address, and shows people without a record of who looked. No page uses it."""
        raise Http404

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The apps in the order of the work, each with its models in the order of their registration."""
        found = self._build_app_dict(request, app_label)
        return [found[label] for label in APPS_IN_ORDER if label in found]


def has_second_factor_if_required(user: Any) -> bool:
    """Whether `user` has set up a second factor, or the settings ask for none (the embedded default on a laptop)."""
    # This module also names the admin's app configuration, which Django reads before there are models.
    from allauth.mfa.utils import is_mfa_enabled

    return not settings.STAFF_SECOND_FACTOR_REQUIRED or is_mfa_enabled(user, types=["totp", "webauthn"])


class PortalAdminConfig(AdminConfig):
    default_site = "badgeportal.admin_site.PortalAdminSite"
    # Only this one of the two configurations of the admin is for INSTALLED_APPS.
    default = False
