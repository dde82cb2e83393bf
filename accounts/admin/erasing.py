"""The page that erases: what will go, what stays and why, the choice for open orders, a box to tick, and the receipt.

Used for one person, for many, for the recipient of orders and for the owner of a listed inbox. It asks only what matters: without
open orders there is no choice about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.erasing import ErasedAlready, ErasureChanged, erase_people
from accounts.models import User
from accounts.sign_in import OwnAccount
from badgeportal.actor import Actor
from badgeportal.inventory import Reach
from badgeportal.privacy.erasing import Preview, preview
from badgeportal.privacy.ledger import LedgerUnreachable
from badgeportal.privacy.models import OpenOrders
from badgeportal.privacy.subject import DataSubject

_OWN = "You cannot erase your own account. Ask another portal manager."
_ALREADY = "Nothing was done, because nothing is held any more: a colleague was first, or the page was sent twice."
_CHANGED = "What would go has changed since you looked. Look again before you confirm."
_LEDGER = "Nobody was erased, because the second place that records erasures cannot be written. Tell the operators."
_CONFIRM = "I have checked that this is who asked, and I know that it cannot be undone"


class ErasureForm(forms.Form):
    """Asks for the choice about open orders, whether listed addresses go too, and a tick."""

    open_orders = forms.ChoiceField(
        label="Open orders",
        choices=OpenOrders.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what becomes of the open orders"},
    )
    also_listed = forms.BooleanField(
        label="Also take the email address off the CQC listings it stands on",
        required=False,
        help_text="Then orders of that place can no longer be verified by it, and no later file brings it back.",
    )
    sure = forms.BooleanField(label=_CONFIRM, error_messages={"required": "Tick the box to confirm"})
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    confirming = forms.CharField(initial="yes", widget=forms.HiddenInput)

    def __init__(self, *args: Any, shown: Preview, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = shown.mark
        if not shown.open_things:
            del self.fields["open_orders"]
        if reach is not Reach.ACCOUNT:
            del self.fields["also_listed"]


def erasure_page(
    request: HttpRequest,
    *,
    subject: DataSubject,
    title: str,
    who: str,
    opts: Any,
    cancel_url: str,
    hidden: Mapping[str, list[str]] | None = None,
    post_to: str = "",
    choosing: Any = None,
) -> HttpResponse:
    """Show what erasing `subject` does, and do it when the form comes back confirmed; then the receipt.

    `hidden` are further values that the form carries, so that no address stands in a URL; `choosing` is a form of the caller's
    about whom the page is, shown above the question.
    """
    now = timezone.now()
    shown = preview(subject, now=now)
    confirming = request.method == "POST" and "confirming" in request.POST
    form = ErasureForm(request.POST if confirming else None, shown=shown, reach=subject.reach)
    if confirming and form.is_valid():
        answer = _carried_out(request, form, subject, cancel_url)
        if answer is not None:
            return answer
        shown = preview(subject, now=now)
        form = ErasureForm(shown=shown, reach=subject.reach)
    form.label_suffix = ""
    context = {
        **admin.site.each_context(request),
        "title": title,
        "who": who,
        "form": form,
        "submit_label": "Erase for good",
        "opts": opts,
        "preview": shown,
        "hidden": {} if hidden is None else hidden,
        "cancel_url": cancel_url,
        "post_to": post_to,
        "media": form.media,
        "choosing": choosing,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return TemplateResponse(request, "admin/erasing.html", context, status=status)


def _carried_out(request: HttpRequest, form: ErasureForm, subject: DataSubject, back: str) -> HttpResponse | None:
    """The receipt's page, or where to go when there was nothing to do; None when the officer has to look again."""
    try:
        outcome = erase_people(
            subject=subject,
            open_orders=OpenOrders(form.cleaned_data.get("open_orders") or OpenOrders.CANCEL),
            also_listed=form.cleaned_data.get("also_listed", False),
            seen=form.cleaned_data["seen"],
            actor=Actor.user(request.user),
            now=timezone.now(),
        )
    except OwnAccount:
        messages.error(request, _OWN)
        return redirect(back)
    except ErasedAlready:
        messages.info(request, _ALREADY)
        return redirect(back)
    except LedgerUnreachable:
        messages.error(request, _LEDGER)
        return redirect(back)
    except ErasureChanged:
        messages.error(request, _CHANGED)
        return None
    if outcome.waiting:
        messages.success(request, f"{outcome.waiting} to be erased when their open orders have ended.")
    if outcome.receipt is None:
        return redirect("admin:privacy_pendingerasure_changelist")
    messages.success(request, "Erased. This is the receipt.")
    return redirect("admin:privacy_erasureledgerentry_change", str(outcome.receipt.id))


def may_erase(request: HttpRequest, people: list[User]) -> bool:
    """Customer service erases people who order; a portal manager erases people who work here."""
    needed = {"accounts.manage_staff" if _works_here(user) else "accounts.disable_person" for user in people}
    return bool(people) and request.user.has_perms(needed)


def _works_here(user: User) -> bool:
    return user.is_staff or bool(user.groups.all())
