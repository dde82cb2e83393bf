"""The pages of 'Your data'. Whoever does something here has shown a moment ago that they are who they say."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.person import person
from accounts.restricting import NotRestricted
from accounts.rights.clock import day_of
from accounts.rights.telling import ASKED_FOR, WHY_REFUSED
from accounts.views.information import contacts
from accounts.your_data.asking import (
    allow_use_again,
    ask_to_correct,
    limit_use,
    object_to_use,
    requests_of,
    take_copy,
    works_here,
)
from accounts.your_data.forms import CorrectForm, LimitForm, ObjectForm
from badgeportal.inventory import Whose
from badgeportal.privacy.held import what_is_held

View = Callable[..., HttpResponse]
# Rows of one table on the page; the file has all.
MOST_ON_PAGE = 50


def own_page(view: View) -> View:
    """A page about the data of the person signed in, who typed their password within the last minutes."""
    guarded: View = never_cache(
        login_required(reauthentication_required(require_http_methods(["GET", "HEAD", "POST"])(view)))
    )
    return guarded


def for_people_who_order(view: View) -> View:
    """Staff and analysts have the same rights; their portal manager acts for them, so that nobody is left without one."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if works_here(person(request)):
            messages.info(request, "You work here, so ask a portal manager to do this for you.")
            return redirect("your_data")
        return view(request, **kwargs)

    return guarded


@require_GET
@never_cache
@login_required
def your_data(request: HttpRequest) -> HttpResponse:
    """What is held and why, the five things to do about it, and what became of what was asked."""
    told = [
        {
            "request": one,
            "asked": ASKED_FOR[one.Kind(one.kind)],
            "why": WHY_REFUSED[one.Refusal(one.refusal_reason)] if one.refusal_reason else "",
        }
        for one in requests_of(person(request))
    ]
    context = {"requests": told, "held": what_is_held((Whose.ACCOUNT_HOLDER, Whose.RECIPIENT)), **contacts()}
    return render(request, "your_data/your_data.html", context)


@own_page
def copy_view(request: HttpRequest) -> HttpResponse:
    """Give the copy as a page or as a file; a POST, because each one is recorded."""
    if request.method != "POST":
        return render(request, "your_data/copy.html")
    copy = take_copy(user=person(request), now=timezone.now())
    if request.POST.get("as") == "file":
        response = HttpResponse(copy.as_json(), content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="your-data-{day_of(copy.made_at).isoformat()}.json"'
        return response
    parts = [
        {"section": part, "rows": list(part.words())[:MOST_ON_PAGE], "more": max(len(part.rows) - MOST_ON_PAGE, 0)}
        for part in (*copy.held, *copy.happened)
    ]
    return render(request, "your_data/copy_shown.html", {"parts": parts, "made_at": copy.made_at})


@own_page
def correct_view(request: HttpRequest) -> HttpResponse:
    """What can be corrected at once, and a form for the rest."""
    form = CorrectForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, "correct", form)
    asked = ask_to_correct(user=person(request), now=timezone.now(), **form.cleaned_data)
    return _done(request, f"We have your request {asked.reference}. A person looks at what is wrong.")


@own_page
@for_people_who_order
def limit_view(request: HttpRequest) -> HttpResponse:
    """Say what it means, ask why, and limit the use at once."""
    form = LimitForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, "limit", form)
    asked = limit_use(user=person(request), now=timezone.now(), **form.cleaned_data)
    return _done(request, f"From now on we keep your data and do not use it. Your reference is {asked.reference}.")


@own_page
@for_people_who_order
def use_again_view(request: HttpRequest) -> HttpResponse:
    """Ask once, then end the limit."""
    if request.method != "POST":
        return render(request, "your_data/use_again.html") if person(request).is_restricted else redirect("your_data")
    try:
        allow_use_again(user=person(request), now=timezone.now())
    except NotRestricted:
        return _done(request, "We use your data as before.")
    return _done(request, "The limit has ended. Your orders go on.")


@own_page
@for_people_who_order
def object_view(request: HttpRequest) -> HttpResponse:
    """Say what follows, ask what is objected to, and stop the use until a person has decided."""
    form = ObjectForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, "object", form)
    asked = object_to_use(user=person(request), now=timezone.now(), **form.cleaned_data)
    return _done(
        request,
        f"We have your objection {asked.reference}. We do not use your data until a person has decided about it.",
    )


def _page(request: HttpRequest, name: str, form: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "notice_days": settings.RESTRICTION_NOTICE_DAYS}
    return render(request, f"your_data/{name}.html", context, status=status)


def _done(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("your_data")
