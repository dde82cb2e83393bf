"""Form, POST, confirmation, written straight against the ORM without a thought for anything else."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.models import User
from badgeportal.outbox.models import OutboxMessage
from orders.models import Order, OrderDraft, OrderEvent, StockBalance, StockMovement
from orders.reference import new_reference


class OrderForm(forms.Form):
    quantity = forms.IntegerField(min_value=1)
    organisation_name = forms.CharField(max_length=100)
    recipient_name = forms.CharField(max_length=80)
    address_line_1 = forms.CharField(max_length=80)
    town = forms.CharField(max_length=40)
    postcode = forms.CharField(max_length=8)


@login_required
def form(request: HttpRequest) -> HttpResponse:
    answers = OrderForm(request.POST or None)
    if request.method == "POST" and answers.is_valid():
        return redirect("placed", reference=_place(request.user, answers.cleaned_data).reference)
    return render(request, "bare/form.html", {"form": answers})


@login_required
def placed(request: HttpRequest, reference: str) -> HttpResponse:
    order = get_object_or_404(Order, reference=reference, account=request.user.pk)
    return render(request, "bare/placed.html", {"order": order})


@transaction.atomic
def _place(account: User, answers: dict) -> Order:
    now, actor = timezone.now(), f"user:{account.pk}"
    quantity = answers["quantity"]
    order = Order.objects.create(
        reference=new_reference(), account=account, cqc_registered=True, state_changed_at=now, placed_at=now, **answers
    )
    OrderDraft.objects.create(account=account, order=order, started_at=now, updated_at=now)
    OrderEvent.objects.create(order=order, kind="placed", to_state="placed", actor=actor, at=now)
    OutboxMessage.objects.create(
        template="order_placed", subject_type="orders.order", subject_id=order.pk, next_attempt_at=now, created_at=now
    )
    StockMovement.objects.create(
        kind="reserved", on_hand_change=0, reserved_change=quantity, order=order, actor=actor, at=now
    )
    free = StockBalance.objects.filter(pk=1, on_hand__gte=F("reserved") + quantity)
    if not free.update(reserved=F("reserved") + quantity):
        raise ValueError("not enough badges")
    return order
