"""Limiting the use of a person's data, and ending that, for staff: from the person's page."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import DataRequest, User
from accounts.restricting import NotRestricted, announce_end, lift_restriction, restrict
from accounts.rights.clock import day_of
from accounts.rights.opening import OpenAlready, open_request
from accounts.turns import wait_for_turn
from badgeportal.actor import Actor
from badgeportal.admin_base import ReadOnlyAdmin
from badgeportal.govuk.forms import GovukMixin
from badgeportal.privacy.subject import DataSubject
from badgeportal.typed_text import TypedProseField

RUN = "run_datarequest"
MEANS = (
    "From now on their data is kept and not used: orders stop, nothing is sent, emails stop but about the request, and nobody"
    " changes anything of theirs but what they say is wrong."
)
ENDS = (
    "They are told by email first, and their data is used again some days later by itself. Once that day has come, this ends"
    " it at once."
)


class RestrictForm(GovukMixin, forms.Form):
    nouns = {"channel": "how they asked", "ground": "why use is to be limited"}

    channel = forms.ChoiceField(label="How they asked", choices=DataRequest.Channel.choices, widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label="Why, in their words", choices=DataRequest.Ground.choices, widget=forms.RadioSelect
    )  # fmt: skip
    words = TypedProseField(
        what="What the person says", label="What else they say", max_length=3000, required=False,
        help_text="No more about them than is needed.",
    )  # fmt: skip


def restrict_page(page: ReadOnlyAdmin, request: HttpRequest, user: User) -> HttpResponse:
    """Ask how and why they asked, open the request, and limit the use with it."""
    form = RestrictForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = restrict_at_their_word(
            user=user, actor=Actor.user(request.user), now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, f"Their data is kept and not used. The request is {asked.reference}.")
        return redirect("admin:accounts_user_change", user.pk)
    return page.action_form_page(
        request, title="Limit the use of data", intro=MEANS, form=form, submit_label="Limit the use", obj=user
    )


def end_page(page: ReadOnlyAdmin, request: HttpRequest, user: User) -> HttpResponse:
    """Ask once, then tell the person, or end it when they were told."""
    if request.method == "POST":
        try:
            messages.success(
                request, end_or_announce(account_id=user.pk, actor=Actor.user(request.user), now=timezone.now())
            )
        except NotRestricted:
            messages.info(request, "The use of their data is not limited any more.")
        return redirect("admin:accounts_user_change", user.pk)
    return page.action_form_page(
        request, title="End the limit", intro=ENDS, form=forms.Form(), submit_label="End the limit", obj=user
    )


@transaction.atomic(durable=True)
def restrict_at_their_word(
    *, user: User, channel: str, ground: str, words: str, actor: Actor, now: datetime
) -> DataRequest:
    """Open the request to limit use, or take the one that waits, and restrict the account."""
    wait_for_turn()
    try:
        request = open_request(
            kind=DataRequest.Kind.RESTRICTION, subject=DataSubject.of_account(user.pk), channel=channel, words=words,
            ground=ground, actor=actor, now=now,
        )  # fmt: skip
    except OpenAlready as waiting:
        request = waiting.request
    restrict(account_id=user.pk, request=request, actor=actor, now=now)
    return request


def end_or_announce(*, account_id: int, actor: Actor, now: datetime) -> str:
    """End the restriction if the day that the person was told has come, else tell them; returns what was done."""
    ends_on = announce_end(account_id=account_id, actor=actor, now=now)
    if day_of(now) < ends_on:
        return f"They are told. Their data is used again from {ends_on.day} {ends_on:%B %Y}."
    lift_restriction(account_id=account_id, actor=actor, now=now)
    return "The limit has ended."
