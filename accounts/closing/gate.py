"""What is shut, and when: for people who order, from the day sign-in stops; all but the reports, once the data goes."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.closing.notice import current_plan
from accounts.models import ClosingPlan

# What everybody may read, whatever has closed.
_INFORMATION = {
    *("privacy", "privacy_version", "cookies", "accessibility", "contact", "health", "security_txt"),
    *("closing", "closing_certificate", "closing_certificate_file"),
}
# How an analyst signs in, with the second step, and out.
_SIGNING_IN = {
    *("account_login", "account_logout", "account_inactive", "account_reauthenticate"),
    *("account_reset_password", "account_reset_password_done"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
}
_STAFF = {"admin:index", "admin:login", "admin:logout", "admin:jsi18n", "state"}
_GONE = 410


class ShutWhatIsClosed:
    """Middleware: tells each page of the closing, and answers in the place of those that are shut."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.closing = current_plan()  # type: ignore[attr-defined]
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        plan: ClosingPlan | None = request.closing  # type: ignore[attr-defined]
        if plan is None or not plan.is_confirmed:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in _INFORMATION:
            return None
        if plan.is_begun:
            return None if _stays(request, name) else closed_page(request, plan)
        if plan.sign_in_is_off(timezone.now()) and _orders_badges(request):
            # Signed in before the day came: the session ends with the next page.
            logout(request)
            return redirect("closing")
        return None


def closed_page(request: HttpRequest, plan: ClosingPlan) -> HttpResponse:
    """The page that says that the portal is closed and that nothing is held; the start page's own address is not lost."""
    status = 200 if request.path == reverse("start") else _GONE
    return render(request, "accounts/closing/closed.html", {"plan": plan}, status=status)


def _stays(request: HttpRequest, name: str) -> bool:
    if name in _SIGNING_IN | _STAFF or name.startswith(("mfa_", "admin:accounts_closingplan_")):
        return True
    return request.path.startswith(reverse("reports"))


def _orders_badges(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and not (user.is_staff or user.groups.exists())
