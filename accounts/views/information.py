"""Pages that everyone may read: the privacy notice and its earlier versions, cookies, accessibility, contact."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from badgeportal.privacy.held import what_is_held

# Each version of the notice that was ever in force, oldest first, with its template. A new one is added, none is changed:
# people must be able to read what they were told when they registered.
PRIVACY_NOTICES: dict[date, str] = {
    date(2020, 12, 11): "information/privacy_2020_12_11.html",
    date(2026, 11, 23): "information/privacy_2026_11_23.html",
    date(2026, 11, 26): "information/privacy_2026_11_26.html",
}
CURRENT_NOTICE = max(PRIVACY_NOTICES)


def privacy(request: HttpRequest) -> HttpResponse:
    """The notice in force."""
    return _notice(request, CURRENT_NOTICE)


def privacy_version(request: HttpRequest, day: date) -> HttpResponse:
    """The notice that was last updated on `day`; 404 when there was none."""
    if day not in PRIVACY_NOTICES:
        raise Http404
    return _notice(request, day)


def _notice(request: HttpRequest, day: date) -> HttpResponse:
    others = sorted((version for version in PRIVACY_NOTICES if version != day), reverse=True)
    return render(
        request,
        PRIVACY_NOTICES[day],
        {
            **contacts(),
            "updated": day,
            "current": CURRENT_NOTICE,
            "other_versions": others,
            "stored_in_eea": settings.STORAGE_REGION == "EEA",
            "held": what_is_held(),
            "threshold": settings.MANUAL_CHECK_THRESHOLD,
            "draft_days": settings.DRAFT_DAYS,
            "unconfirmed_days": settings.UNCONFIRMED_ACCOUNT_DAYS,
        },
    )


def cookies(request: HttpRequest) -> HttpResponse:
    """The cookies the portal sets, by the names and times that the settings give them."""
    hours = settings.SESSION_COOKIE_AGE // 3600
    rows = [
        {
            "name": settings.SESSION_COOKIE_NAME,
            "purpose": "Keeps you signed in, and holds the notices that we show you once, such as “You have signed out”",
            "expires": f"After {hours} hours, or when you sign out",
        },
        {
            "name": settings.CSRF_COOKIE_NAME,
            "purpose": "Makes sure that a form sent to us was filled in by you on this website",
            "expires": f"After {settings.CSRF_COOKIE_AGE // (7 * 24 * 3600)} weeks",
        },
    ]
    return render(request, "information/cookies.html", {"cookies": rows})


def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement that the public sector accessibility regulations ask for."""
    return render(request, "information/accessibility.html", contacts())


def contact(request: HttpRequest) -> HttpResponse:
    """How to reach customer service, the data protection officer and the ICO."""
    return render(request, "information/contact.html", contacts())


def contacts() -> dict[str, Any]:
    """Customer service's phone, email and hours, as pages name them."""
    return {
        "service_phone": settings.CUSTOMER_SERVICE_PHONE,
        "service_email": settings.CUSTOMER_SERVICE_EMAIL,
        "service_hours": settings.CUSTOMER_SERVICE_HOURS,
    }
