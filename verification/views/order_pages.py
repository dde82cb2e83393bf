"""What a provider can do about an order that did not match: correct the code, or have a link sent to the listed inbox."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from badgeportal.actor import Actor
from orders.forms import OdsCodeForm
from orders.lifecycle import State
from orders.models import Order
from orders.views.orders import own_order_to_change
from verification.checking.asking import NothingToAnswer, answer_by, answer_question, open_question
from verification.correcting import CodeCannotBeCorrected, can_correct_code, correct_ods_code
from verification.forms import AnswerForm
from verification.inbox_links import AskedTooOften, NoListingToAsk, ask_listed_inbox
from verification.telling import outcome_for


@method_decorator(never_cache, name="dispatch")
class OrderPage(LoginRequiredMixin, View):
    """A page about one order of the person signed in; anybody else's is not found."""

    order: Order
    # Whether it puts right what the person says is wrong, which they may also while their data is kept and not used.
    corrects = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.order = own_order_to_change(request, kwargs["reference"], correcting=self.corrects)
        return super().dispatch(request, *args, **kwargs)

    def to_order(self) -> HttpResponse:
        return redirect("order_detail", reference=self.order.reference)


class CorrectOdsCodeView(OrderPage, FormView):
    corrects = True
    template_name = "verification/correct_ods_code.html"
    form_class = OdsCodeForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_correct_code(self.order):
            return self.to_order()
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"ods_code": self.order.ods_code}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            order = correct_ods_code(
                order=self.order,
                ods_code=form.cleaned_data["ods_code"],
                actor=Actor.user(self.request.user),
                now=timezone.now(),
            )
        except CodeCannotBeCorrected:
            messages.info(self.request, "This order is not waiting for its check any more, so its code stays as it is.")
            return self.to_order()
        if order.state == State.VERIFIED:
            messages.success(self.request, "The code matches. Your order is verified.")
        else:
            messages.info(self.request, "We changed the code. A person still needs to check the order.")
        return self.to_order()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"order": self.order}


class SendListedInboxLinkView(OrderPage):
    """Explains, and on POST sends. The answer is the same whether or not there is an inbox."""

    http_method_names = ("get", "head", "post")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        outcome = outcome_for(self.order)
        if outcome is None or not outcome.can_ask_inbox:
            return self.to_order()
        return render(request, "verification/ask_listed_inbox.html", {"order": self.order})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            ask_listed_inbox(order=self.order, actor=Actor.user(request.user), now=timezone.now())
        except AskedTooOften:
            messages.warning(request, "You have asked for this link several times today. Try again tomorrow.")
        except NoListingToAsk:
            messages.info(request, "We cannot send a link for this order now.")
        else:
            messages.success(
                request, "If CQC gave us an email address for this organisation, we have sent a link to it."
            )
        return self.to_order()


class AnswerQuestionView(OrderPage, FormView):
    """Where the mail with a question leads: the question, and room to answer it."""

    template_name = "verification/answer_question.html"
    form_class = AnswerForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if open_question(self.order) is None:
            return self._nothing_to_answer()
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        actor, now = Actor.user(self.request.user), timezone.now()
        try:
            answer_question(order=self.order, text=form.cleaned_data["answer"], actor=actor, now=now)
        except NothingToAnswer:
            return self._nothing_to_answer()
        messages.success(self.request, "We have your answer. A person goes on with the check, and we will email you.")
        return self.to_order()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = open_question(self.order)
        by = answer_by(question) if question else None
        return super().get_context_data(**kwargs) | {"order": self.order, "question": question, "answer_by": by}

    def _nothing_to_answer(self) -> HttpResponse:
        messages.info(self.request, "There is no question to answer now. This page says where the order is.")
        return self.to_order()
