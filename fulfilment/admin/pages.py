"""What the pages of fulfilment share: ask, do one action, say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import models
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from badgeportal.admin_base import ReadOnlyAdmin
from fulfilment.faults import FulfilmentFault
from orders.moves import OrderCannotMove

PAGE_SIZE = 100
# What an action leaves behind: a sentence and where to go on, or a file.
Outcome = tuple[str, str] | HttpResponse


class ActionPages(ReadOnlyAdmin):
    """Read-only lists and records, with pages that ask before an action is done."""

    def wanted(self, request: HttpRequest, object_id: int, codename: str) -> Any:
        """The record `object_id`, for those who have the permission `codename`; otherwise 403 or 404."""
        if not self.may(request, codename):
            raise PermissionDenied
        found = self.get_object(request, str(object_id))
        if found is None:
            raise Http404
        return found

    def ask(
        self,
        request: HttpRequest,
        *,
        form: BaseForm,
        action: Callable[[], Outcome],
        back: str,
        obj: models.Model | None = None,
        faulty: str = "",
        **page: Any,
    ) -> HttpResponse:
        """Show `form`; once it is filled in do `action`.

        What stands in the way is said at the field `faulty` of the form, or without one on the page `back`.
        """
        if request.method != "POST" or not form.is_valid():
            return self.action_form_page(request, form=form, obj=obj, **page)
        try:
            outcome = action()
        except FulfilmentFault as fault:
            if faulty:
                form.add_error(faulty, str(fault))
                return self.action_form_page(request, form=form, obj=obj, **page)
            messages.error(request, str(fault))
            return HttpResponseRedirect(back)
        except OrderCannotMove as fault:
            messages.error(request, f"Nothing was changed: {fault.reference} is {fault.state} by now.")
            return HttpResponseRedirect(back)
        if isinstance(outcome, HttpResponse):
            return outcome
        sentence, address = outcome
        messages.success(request, sentence)
        return HttpResponseRedirect(address)


def page_of(request: HttpRequest, rows: Any) -> Page:
    """The hundred of `rows` that the address asks for with `?p=`; a number out of range gives the nearest page."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("p"))


def number(count: int, one: str, many: str) -> str:
    """`1 order`, `2,000 orders`."""
    return f"{count:,} {one if count == 1 else many}"
