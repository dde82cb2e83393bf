"""The page that deletes: what goes and what stays, the choice for open orders, a box to tick, and the receipt."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.erasing import ErasedAlready, ErasureChanged, Outcome
from accounts.person import person
from accounts.views.information import contacts
from accounts.your_data.asking import delete_me
from accounts.your_data.forms import DeleteForm
from accounts.your_data.views import for_people_who_order, own_page
from badgeportal.privacy.erasing import preview
from badgeportal.privacy.ledger import LedgerUnreachable
from badgeportal.privacy.models import OpenOrders
from badgeportal.privacy.subject import DataSubject

_RECEIPT = "erasure_receipt"
_RECEIPT_SECONDS = 60 * 60


@own_page
@for_people_who_order
def delete_view(request: HttpRequest) -> HttpResponse:
    """Show what deleting does, and do it."""
    user = person(request)
    shown = preview(DataSubject.of_account(user.pk), now=timezone.now())
    form = DeleteForm(request.POST if request.method == "POST" else None, shown=shown)
    if not form.is_valid():
        context = {"form": form, "preview": shown, **contacts()}
        return render(request, "your_data/delete.html", context, status=422 if form.is_bound else 200)
    try:
        outcome = delete_me(
            user=user,
            open_orders=OpenOrders(form.cleaned_data.get("open_orders") or OpenOrders.CANCEL),
            seen=form.cleaned_data["seen"],
            now=timezone.now(),
        )
    except ErasureChanged:
        messages.warning(request, "Your orders have changed since you looked. Look again before you confirm.")
        return redirect("your_data_delete")
    except LedgerUnreachable:
        messages.error(
            request, "We could not delete your data now. We have your request and will do it. You need not ask again."
        )
        return redirect("your_data")
    except ErasedAlready:
        outcome = Outcome()
    return _signed_out(request, outcome)


@require_GET
@never_cache
def deleted_view(request: HttpRequest) -> HttpResponse:
    """The receipt, which names nobody; it is shown for an hour to the browser in which it was done."""
    receipt = request.session.get(_RECEIPT)
    if receipt is None:
        return redirect("start")
    return render(request, "your_data/deleted.html", {"receipt": receipt, **contacts()})


def _signed_out(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    # The session was deleted with the account; what is kept from here on belongs to nobody.
    logout(request)
    receipt = outcome.receipt
    request.session[_RECEIPT] = {
        "id": str(receipt.id) if receipt else "",
        "records": sum(receipt.counts.values()) if receipt else 0,
        "waiting": bool(outcome.waiting),
    }
    request.session.set_expiry(_RECEIPT_SECONDS)
    return redirect("your_data_deleted")
