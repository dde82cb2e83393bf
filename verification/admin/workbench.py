"""The workbench: one check on one page, with what speaks for and against the order, and the decision."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from accounts.person import person
from badgeportal.admin_base import ExtraView, ReadOnlyAdmin
from orders.lifecycle import State
from verification.admin.forms import EvidenceForm, RefusalForm
from verification.checking.asking import PHONE_QUESTION, QuestionMissing, ask_provider, call_back, phone_question
from verification.checking.claiming import ask_second_person, claim_check, release_check, save_evidence
from verification.checking.deciding import approve_check, refuse_check
from verification.checking.evidence import Evidence, EvidenceMissing
from verification.checking.locking import (
    AccountRestricted,
    AddressChanged,
    AlreadyDecided,
    HeldByColleague,
    NeedsAnotherPerson,
    OrderLeftTheQueue,
    name_for_screen,
)
from verification.models import ManualCheck, Reason, RefusalReason
from verification.workbench import candidates_for, earlier_orders, email_is_confirmed, look_ups

WORK = "admin:verification_manualcheck_work"
QUEUE = "admin:verification_manualcheck_changelist"


class WorkbenchViews(ReadOnlyAdmin):
    """The pages of one check. Everybody who may see checks sees them; only those with `work_checks` act."""

    def workbench_views(self) -> list[ExtraView]:
        """Routes for `extra_views`."""
        return [
            ("next/", self.next_view, "next"),
            ("<int:pk>/work/", self.work_view, "work"),
            ("<int:pk>/claim/", require_POST(self.claim_view), "claim"),
            ("<int:pk>/release/", require_POST(self.release_view), "release"),
            ("<int:pk>/call-back/", require_POST(self.call_back_view), "call_back"),
            ("<int:pk>/refuse/", self.refuse_view, "refuse"),
        ]

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """On to the check that has waited longest of those this officer may take."""
        self._must_work(request)
        return self._to_next(request)

    def work_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the check; on POST keep what was found and do what the button says."""
        check = self._check(request, pk)
        if request.method != "POST":
            return self._page(request, check, EvidenceForm.of(check))
        self._must_work(request)
        form = EvidenceForm(request.POST)
        if not form.is_valid():
            return self._page(request, check, form)
        actions = {"approve": self._approve, "second": self._ask_second, "refuse": self._to_refusal, "ask": self._ask,
                   "ask_phone": self._ask_phone}  # fmt: skip
        act = actions.get(request.POST.get("do", "save"), self._save)
        try:
            return act(request, check, form)
        except EvidenceMissing as missing:
            form.add_error(missing.field, form.missing[missing.field])
            return self._page(request, check, form)
        except QuestionMissing:
            form.add_error("question", form.missing["question"])
            return self._page(request, check, form)
        except AddressChanged:
            # What was typed stays; the page now shows the new address, and the next press means that one.
            form.add_error(None, "Somebody changed the delivery address while this page was open. Check the new one")
            return self._page(request, self._check(request, pk), form.seeing(check))
        except _CONFLICTS as conflict:
            return self._tell(request, pk, conflict)

    def claim_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._must_work(request)
        return self._try(request, pk, lambda: claim_check(check_id=pk, officer=person(request), now=timezone.now()))

    def release_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._must_work(request)
        return self._try(request, pk, lambda: release_check(check_id=pk, officer=person(request), now=timezone.now()))

    def call_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Go on with the check without waiting for the provider any longer."""
        self._must_work(request)
        return self._try(request, pk, lambda: call_back(check_id=pk, officer=person(request), now=timezone.now()))

    def refuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason, show what the provider will read for each, and refuse."""
        self._must_work(request)
        check = self._check(request, pk)
        form = RefusalForm(request.POST or None, initial={"note": check.note})
        if form.is_valid():
            try:
                return self._refuse(request, check, form)
            except _CONFLICTS as conflict:
                return self._tell(request, pk, conflict)
        self.record_view(request, [check], "manualcheck_refuse")
        return self.action_form_page(
            request,
            title=f"Refuse order {check.order.reference}",
            form=form,
            submit_label="Refuse the order",
            obj=check,
            intro="The provider is told the reason in the words beside it.",
            cancel_url=reverse(WORK, args=[pk]),
        )

    def _save(self, request: HttpRequest, check: ManualCheck, form: EvidenceForm) -> HttpResponse:
        save_evidence(check_id=check.pk, officer=person(request), evidence=form.evidence(), now=timezone.now())
        messages.success(request, "Saved. You hold this check.")
        return redirect(WORK, check.pk)

    def _approve(self, request: HttpRequest, check: ManualCheck, form: EvidenceForm) -> HttpResponse:
        approve_check(
            check_id=check.pk,
            officer=person(request),
            evidence=form.evidence(),
            now=timezone.now(),
            address_seen=form.cleaned_data["address_seen"] or 0,
        )
        messages.success(request, f"Order {check.order.reference} is approved.")
        return self._to_next(request)

    def _ask_second(self, request: HttpRequest, check: ManualCheck, form: EvidenceForm) -> HttpResponse:
        ask_second_person(check_id=check.pk, officer=person(request), evidence=form.evidence(), now=timezone.now())
        messages.success(request, f"A colleague will decide order {check.order.reference}.")
        return self._to_next(request)

    def _ask(self, request: HttpRequest, check: ManualCheck, form: EvidenceForm) -> HttpResponse:
        return self._send_question(request, check, form, form.cleaned_data["question"])

    def _ask_phone(self, request: HttpRequest, check: ManualCheck, form: EvidenceForm) -> HttpResponse:
        """Ask for the number that was not given, and with it whatever else the officer wrote."""
        typed = form.cleaned_data["question"]
        return self._send_question(request, check, form, f"{PHONE_QUESTION}\n\n{typed}".strip())

    def _send_question(self, request: HttpRequest, check: ManualCheck, form: EvidenceForm, text: str) -> HttpResponse:
        ask_provider(
            check_id=check.pk,
            officer=person(request),
            text=text,
            evidence=form.evidence(),
            now=timezone.now(),
        )
        messages.success(
            request, f"We are writing to the provider. Order {check.order.reference} waits for the answer."
        )
        return self._to_next(request)

    def _to_refusal(self, request: HttpRequest, check: ManualCheck, form: EvidenceForm) -> HttpResponse:
        save_evidence(check_id=check.pk, officer=person(request), evidence=form.evidence(), now=timezone.now())
        return redirect("admin:verification_manualcheck_refuse", check.pk)

    def _refuse(self, request: HttpRequest, check: ManualCheck, form: RefusalForm) -> HttpResponse:
        evidence = Evidence(
            address=check.address_evidence,
            phone=check.phone_evidence,
            sources=check.sources,
            note=form.cleaned_data["note"],
        )
        reason = RefusalReason(form.cleaned_data["refusal_reason"])
        refuse_check(check_id=check.pk, officer=person(request), reason=reason, evidence=evidence, now=timezone.now())
        messages.success(request, f"Order {check.order.reference} is refused. We are writing to the provider.")
        return self._to_next(request)

    def _try(self, request: HttpRequest, pk: int, act: Callable[[], object]) -> HttpResponse:
        try:
            act()
        except ManualCheck.DoesNotExist as error:
            raise Http404 from error
        except _CONFLICTS as conflict:
            return self._tell(request, pk, conflict)
        return redirect(WORK, pk)

    def _tell(self, request: HttpRequest, pk: int, conflict: Exception) -> HttpResponse:
        messages.warning(request, conflict_in_words(conflict))
        return redirect(WORK, pk)

    def _to_next(self, request: HttpRequest) -> HttpResponse:
        following = ManualCheck.objects.free_for(person(request).pk, timezone.now()).oldest_first().first()
        if following is None:
            messages.info(request, "There is no other check for you to take now.")
            return redirect(QUEUE)
        return redirect(WORK, following.pk)

    def _check(self, request: HttpRequest, pk: int) -> ManualCheck:
        if not self.has_view_permission(request):
            raise PermissionDenied
        check = self.get_queryset(request).select_related("order__account", "assessment__listing").filter(pk=pk).first()
        if check is None:
            raise Http404
        return check

    def _must_work(self, request: HttpRequest) -> None:
        if not self.may(request, "work_checks"):
            raise PermissionDenied

    def _page(self, request: HttpRequest, check: ManualCheck, form: EvidenceForm) -> HttpResponse:
        now = timezone.now()
        holder = check.holder_at(now)
        may_work = self.may(request, "work_checks") and check.is_open and check.order.state == State.CHECKING
        questions = list(check.questions.select_related("asked_by"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Check of order {check.order.reference}",
            "opts": self.opts,
            "check": check,
            "order": check.order,
            "form": form,
            "reasons": [str(Reason(reason).label) for reason in check.reasons],
            "holder": name_for_screen(check.claimed_by) if holder else "",
            "is_mine": holder == request.user.pk,
            "can_act": may_work
            and not check.order.is_restricted
            and holder in (None, request.user.pk)
            and check.second_person_asked_by_id != request.user.pk,
            "asked_second": name_for_screen(check.second_person_asked_by) if check.second_person_asked_by else "",
            "decided_by": name_for_screen(check.decided_by),
            "questions": questions,
            "phone_question": phone_question(check.order, questions),
            "can_call_back": check.is_open
            and not check.order.is_restricted
            and check.order.state == State.AWAITING_PROVIDER
            and self.may(request, "work_checks"),
            "candidates": candidates_for(check.order),
            "earlier": earlier_orders(check.order),
            "look_ups": look_ups(check.order),
            "email_confirmed": email_is_confirmed(check.order),
        }
        self.record_view(request, [check], "manualcheck_workbench")
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/verification/manualcheck/workbench.html", context, status=status)


_CONFLICTS = (AccountRestricted, AlreadyDecided, HeldByColleague, NeedsAnotherPerson, OrderLeftTheQueue)


def conflict_in_words(conflict: Exception) -> str:
    """What an officer is told when somebody was first; nothing was changed."""
    if isinstance(conflict, AlreadyDecided):
        at = localtime(conflict.at).strftime("%-d %B at %H:%M")
        return f"{conflict.by} closed this check on {at}: {conflict.how}. Nothing you did was saved."
    if isinstance(conflict, HeldByColleague):
        until = localtime(conflict.until).strftime("%H:%M")
        return f"{conflict.by} holds this check until {until}. Nothing you did was saved."
    if isinstance(conflict, NeedsAnotherPerson):
        return "A second person was asked for, so the one who asked cannot go on with this check, and nobody can ask again."
    if isinstance(conflict, AccountRestricted):
        return "The account is restricted, so nobody works on its orders. Nothing you did was saved."
    return "The order does not wait for a check any more. It was cancelled, or it moved on. Nothing was changed."
