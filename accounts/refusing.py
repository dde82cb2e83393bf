"""What is said when somebody would change what belongs to a person whose data is kept and not used."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.restricting import AccountRestricted


class RefuseForRestricted:
    """Middleware: an action that `check_not_restricted` stopped is answered with a page that says so, on every page alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, AccountRestricted):
            return None
        if request.path.startswith(reverse("admin:index")):
            context = {**admin.site.each_context(request), "title": "Nothing was changed"}
            return render(request, "admin/restricted.html", context, status=409)
        return render(request, "your_data/restricted.html", status=409)
