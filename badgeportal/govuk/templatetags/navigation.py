"""The row of links under the header: where the person can go, given who they are."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from badgeportal.govuk.components import component

register = template.Library()

SIGN_OUT = (
    '<li class="govuk-service-navigation__item"><form method="post" action="{}">'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    '<button type="submit" class="app-navigation__button">Sign out</button></form></li>'
)

_LIMITED = (
    '<p class="govuk-notification-banner__heading">The use of your data is limited.</p>'
    '<p class="govuk-body">We keep it and do not use it: your orders have stopped, and nothing can be ordered, changed or'
    " cancelled. You can read everything and use your rights on"
    ' <a class="govuk-notification-banner__link" href="{}">Your data</a>.</p>'
)


@register.simple_tag(takes_context=True)
def portal_navigation(context: Context) -> SafeString:
    """The links of the visitor of this page. Without a request, as on the page for a fault of ours, only the start."""
    request: HttpRequest | None = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None:
        return _navigation([("Start", "start")], path="", end=None)
    closing = getattr(request, "closing", None)
    if closing is not None and closing.is_begun:
        return _after_closing(request, user)
    if user.is_authenticated and request.path.startswith(reverse("reports")):
        return _reading_reports(request, user)
    links = [("Start", "start"), ("Order badges", "order"), ("Your orders", "your_orders")]
    if not user.is_authenticated:
        return _navigation([*links, ("Sign in", "account_login")], path=request.path, end=None)
    links += [("Your details", "your_details"), ("Your data", "your_data")]
    if user.is_staff:
        links.append(("Staff pages", "admin:index"))
    return _navigation(links, path=request.path, end=_sign_out(request))


def _reading_reports(request: HttpRequest, user: Any) -> SafeString:
    """For somebody who reads figures, and has no badges to order."""
    staff = [("Staff pages", "admin:index")] if user.is_staff else []
    links = [("Reports", "reports"), ("Your details", "your_details"), *staff]
    return _navigation(links, path=request.path, end=_sign_out(request))


def _after_closing(request: HttpRequest, user: Any) -> SafeString:
    """Nothing is left to order or to follow; analysts go on to the reports."""
    if not user.is_authenticated:
        return _navigation([("Start", "start"), ("Sign in to reports", "account_login")], path=request.path, end=None)
    return _navigation([("Start", "start"), ("Reports", "reports")], path=request.path, end=_sign_out(request))


def _sign_out(request: HttpRequest) -> SafeString:
    return format_html(SIGN_OUT, reverse("account_logout"), get_token(request))


@register.simple_tag(takes_context=True)
def restriction_notice(context: Context) -> SafeString | str:
    """On every page of a person whose data is kept and not used, what that means; nothing for anybody else."""
    user = getattr(context.get("request"), "user", None)
    if not getattr(user, "is_restricted", False):
        return ""
    html = format_html(_LIMITED, reverse("your_data"))
    return component("notification-banner", html=html, titleText="Important", titleId="restriction-notice")


def _navigation(links: list[tuple[str, str]], *, path: str, end: SafeString | None) -> SafeString:
    items = [_item(text, reverse(name), path) for text, name in links]
    slots = {"navigationEnd": end} if end else None
    return component(
        "service-navigation", classes="app-navigation", navigationLabel="Main menu", navigation=items, slots=slots
    )


def _item(text: str, href: str, path: str) -> dict[str, Any]:
    # A page below a link's address belongs to it; everything is below "/", so that one must be met exactly.
    active = href != "/" and path.startswith(href)
    return {"text": text, "href": href, "current": path == href, "active": active}
