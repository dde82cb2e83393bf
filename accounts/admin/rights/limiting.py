"""The pages of a data request that limit the use of data, end that, note who was told, and give the copy."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.admin.restricting import ENDS, MEANS, end_or_announce
from accounts.admin.rights.forms import SureForm
from accounts.audit_kinds import COPY_GIVEN
from accounts.models import DataRequest
from accounts.restricting import note_recipients_told, restrict
from accounts.restricting_recipients import announce_end_to_recipient, free_recipient, restrict_recipient
from accounts.rights.clock import day_of
from accounts.rights.contact import subject_of
from accounts.rights.history import locked_request
from accounts.turns import wait_for_turn
from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView
from badgeportal.audit.actions import record
from badgeportal.privacy.exporting import export

Kind = DataRequest.Kind
MEANS_FOR_RECIPIENT = (
    "From now on the name and address on these orders are kept and not used: they are not packed or sent, emails about them stop,"
    " and nobody changes anything of them but what the person says is wrong. Other orders of the account go on."
)
_LIMITS = (Kind.RESTRICTION, Kind.OBJECTION, Kind.RECTIFICATION)

if TYPE_CHECKING:
    from accounts.admin.rights.register import AddressedAdmin as _Base
else:
    _Base = object


class LimitingPages(_Base):
    """Part of the admin of data requests."""

    def limiting_views(self) -> list[ExtraView]:
        return [
            ("<int:pk>/limit/", self.limit_view, "limit"),
            ("<int:pk>/end-limit/", self.end_limit_view, "end_limit"),
            ("<int:pk>/told/", self.told_view, "told"),
            ("<int:pk>/copy/", self.copy_view, "copy"),
        ]

    def limiting_steps(self, obj: DataRequest) -> list[tuple[str, str]]:
        """What can be done now, once we know who asks."""
        steps = []
        account = obj.account
        if obj.is_open and obj.due_on is not None and subject_of(obj) is not None:
            steps.append(("copy", "Download their copy"))
        if account is not None and account.anonymised_at is None and obj.due_on is not None:
            if obj.is_open and obj.kind in _LIMITS and not account.is_restricted:
                steps.append(("limit", "Limit the use of data"))
            if account.is_restricted:
                steps.append(("end_limit", "End the limit"))
        if account is None and obj.order_ids:
            if obj.is_open and obj.due_on is not None and obj.kind in _LIMITS and obj.limited_at is None:
                steps.append(("limit", "Limit the use of data"))
            if obj.limited_at is not None:
                steps.append(("end_limit", "End the limit"))
        done = obj.is_open or obj.state in (DataRequest.State.MET, DataRequest.State.ERASED)
        if done and obj.tell_recipients and obj.recipients_told_on is None:
            steps.append(("told", f"Note that {obj.tell_recipients} was told"))
        return steps

    def limit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Limit the use of the person's data."""
        return self.act_page(
            request, pk, "limit", SureForm, done="Their data is kept and not used.",
            intro=MEANS if self.found(request, pk).account_id else MEANS_FOR_RECIPIENT,
            do=lambda given, actor, now: _limit(pk, actor=actor, now=now),
        )  # fmt: skip

    def end_limit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tell the person, or end it once they were told."""
        row = self.found(request, pk)
        return self.act_page(
            request, pk, "end_limit", SureForm, intro=ENDS,
            done="Done. The page says when their data is used again. Without an email address, write a letter today.",
            do=lambda given, actor, now: _end(row, actor=actor, now=now),
        )  # fmt: skip

    def told_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that whoever was given the data has heard of the request."""
        return self.act_page(
            request, pk, "told", SureForm, done="Noted.",
            intro="You told them which parcels it is about by their references, and what to do with the name and address: correct"
            " them, delete them, or not use them.",
            do=lambda given, actor, now: note_recipients_told(request_id=pk, actor=actor, now=now),
        )  # fmt: skip

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The copy as a file, for the person who asked; each download is recorded."""
        row = self.found(request, pk)
        if "copy" not in dict(self.limiting_steps(row)):
            messages.warning(request, "There is no copy to give: find out first who asks and what is theirs.")
            return redirect("admin:accounts_datarequest_change", pk)
        if request.method != "POST":
            return self.action_form_page(
                request, title="Download their copy", form=SureForm(), submit_label="Download", obj=row,
                intro="Everything that is held about them, as a file for them and nobody else. Your download is recorded. Delete"
                " your copy once they have it, then mark the request as met.",
            )  # fmt: skip
        return self._file(request, row)

    def _file(self, request: HttpRequest, row: DataRequest) -> HttpResponse:
        subject, now = subject_of(row), timezone.now()
        assert subject is not None  # noqa: S101  the step is not offered without
        with transaction.atomic(durable=True):
            record(kind=COPY_GIVEN, actor=Actor.user(request.user), subject=row.account or row, now=now)
            self.record_view(request, [row], "datarequest_copy")
            copy = export(subject, now)
        response = HttpResponse(copy.as_json(), content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{row.reference}-{day_of(now).isoformat()}.json"'
        return response


@transaction.atomic(durable=True)
def _limit(request_id: int, *, actor: Actor, now: datetime) -> Any:
    wait_for_turn()
    request = locked_request(request_id)
    if request.account_id is None:
        return restrict_recipient(request=request, actor=actor, now=now)
    return restrict(account_id=request.account_id, request=request, actor=actor, now=now)


def _end(request: DataRequest, *, actor: Actor, now: datetime) -> None:
    if request.account_id is not None:
        end_or_announce(account_id=request.account_id, actor=actor, now=now)
    elif day_of(now) >= announce_end_to_recipient(request_id=request.pk, actor=actor, now=now):
        free_recipient(request_id=request.pk, actor=actor, now=now)
