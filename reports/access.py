"""Who may read management information: DHSC analysts and portal managers, and nobody for being staff alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.shortcuts import redirect

from badgeportal.admin_site import has_second_factor_if_required

VIEW_REPORTS = "reports.view_reports"


class ReportsAccessMixin(LoginRequiredMixin, PermissionRequiredMixin):
    """Sends a visitor to sign in and a reader without a second step to set it up; answers 403 to everybody without the role."""

    permission_required = VIEW_REPORTS

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        reads = request.user.is_authenticated and request.user.has_perm(VIEW_REPORTS)
        if reads and not has_second_factor_if_required(request.user):
            messages.info(request, "Reports need a second step to sign in. Set up an authenticator app to go on.")
            return redirect("mfa_activate_totp")
        return super().dispatch(request, *args, **kwargs)

    def handle_no_permission(self) -> Any:
        view: Any = self
        self.raise_exception = view.request.user.is_authenticated
        return super().handle_no_permission()
