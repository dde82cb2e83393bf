"""Who may read management information: DHSC analysts and portal managers, and nobody for being staff alone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin

VIEW_REPORTS = "reports.view_reports"


class ReportsAccessMixin(LoginRequiredMixin, PermissionRequiredMixin):
    """Sends a visitor to sign in; answers 403 to a signed-in person without the role."""

    permission_required = VIEW_REPORTS

    def handle_no_permission(self) -> Any:
        view: Any = self
        self.raise_exception = view.request.user.is_authenticated
        return super().handle_no_permission()
