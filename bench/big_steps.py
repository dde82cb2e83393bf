"""The pages and pulls that are measured on the big world, by the portal's own views and actions, as those who use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import roles, sweeps
from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.admin_search import TYPED
from badgeportal.outbox.claims import cancel_expired, claim_due, requeue_stuck
from badgeportal.watch.gauges import read_all
from bench import big_plan
from bench.big_rows import DOMAIN
from bench.million import LIST, PAGE, PULL, Step
from fulfilment.batches import create_batch
from fulfilment.models import Batch, Consignment
from fulfilment.tracking.sweeping import sweep_tracking_problems
from orders.drafts import save_answers
from orders.ledger import check_stock_ledger
from orders.lifecycle import State, Who
from orders.models import Order
from orders.sweeping import sweep_drafts
from verification.assessing import assess_orders
from verification.checking.asking import remind_providers, stop_waiting
from verification.checking.closing import close_stale_checks
from verification.models import ManualCheck
from verification.reassessing import open_missing_checks, reassess_open_checks

_JOB = Actor.system("bench")
_DESKS = {
    "verification": roles.VERIFICATION_OFFICER,
    "fulfilment": roles.FULFILMENT_OFFICER,
    "accounts": roles.CUSTOMER_SERVICE,
}


def steps() -> list[Step]:
    """Every line, those that change the world last."""
    return [
        *_provider_steps(),
        *_desk_steps(),
        *_list_steps(),
        *_search_steps(),
        *_background_steps(),
        *_placing_steps(),
    ]


def _signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _colleague(role: str) -> Client:
    """A member of staff with `role`, made the first time."""
    email = f"{role.replace(' ', '-').lower()}@{DOMAIN}"
    user = User.objects.filter(email=email).first() or User.objects.create_user(email=email, name=role, is_staff=True)
    user.groups.set([Group.objects.get(name=role)])
    return _signed_in(user)


def _account(number: int) -> User:
    return User.objects.get(email=f"person{number}@{DOMAIN}")


def _opens(client: Client, url: str, data: dict[str, str] | None = None) -> Callable[[int], Any]:
    def run(number: int) -> None:
        _must(client.get(url, data or {}))

    return run


def _searches(client: Client, url: str, text: str) -> Callable[[int], Any]:
    """The list behind a search that was typed before: its address holds a handle, and the page is what is measured."""
    return _opens(client, client.post(url, {TYPED: text}).headers["Location"])


def _must(answer: HttpResponse, status: int = 200) -> HttpResponse:
    if answer.status_code != status:
        raise SystemExit(f"{answer.status_code} instead of {status} at {answer.request['PATH_INFO']}")  # type: ignore[attr-defined]
    return answer


def _provider_steps() -> list[Step]:
    ordinary = Order.objects.exclude(account__email=f"person{big_plan.BUSY_ACCOUNT}@{DOMAIN}").filter(
        state=State.DELIVERED
    ).latest("pk")  # fmt: skip
    asha, busy = _signed_in(ordinary.account), _signed_in(_account(big_plan.BUSY_ACCOUNT))
    page = reverse("your_orders")
    return [
        Step("start page", PAGE, _opens(Client(SERVER_NAME="127.0.0.1"), reverse("start"))),
        Step("your orders", PAGE, _opens(asha, page)),
        Step("your orders, of an account with thousands", PAGE, _opens(busy, page)),
        Step("your orders, its 50th page", PAGE, _opens(busy, page, {"page": "50"})),
        Step("order page", PAGE, _opens(asha, reverse("order_detail", args=[ordinary.reference]))),
    ]


def _desk_steps() -> list[Step]:
    checks, parcels = _colleague(roles.VERIFICATION_OFFICER), _colleague(roles.FULFILMENT_OFFICER)
    manager = _colleague(roles.PORTAL_MANAGER)
    check = ManualCheck.objects.waiting().oldest_first()[0]
    batch = Batch.objects.filter(state=Batch.State.SENT).latest("pk")
    order = Order.objects.filter(state=State.DELIVERED).latest("pk")
    queue = reverse("admin:verification_manualcheck_changelist")
    return [
        Step("queue of manual checks", LIST, _opens(checks, queue)),
        Step("queue: overdue", LIST, _opens(checks, queue, {"queue": "overdue"})),
        Step("queue: closed", LIST, _opens(checks, queue, {"queue": "closed"})),
        Step("workbench", PAGE, _opens(checks, reverse("admin:verification_manualcheck_work", args=[check.pk]))),
        Step("order in admin", PAGE, _opens(manager, reverse("admin:orders_order_change", args=[order.pk]))),
        Step("batch page", PAGE, _opens(parcels, reverse("admin:fulfilment_batch_change", args=[batch.pk]))),
        Step("create a batch: the page", PAGE, _opens(parcels, reverse("admin:fulfilment_batch_create"))),
        Step("addresses that do not fit", LIST, _opens(parcels, reverse("admin:fulfilment_batch_addresses"))),
    ]


def _list_steps() -> list[Step]:
    manager, service = _colleague(roles.PORTAL_MANAGER), _colleague(roles.CUSTOMER_SERVICE)
    found = []
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        client = service if model is User else manager
        found.append(
            Step(f"list: {model._meta.verbose_name_plural}", LIST, _opens(client, reverse(f"admin:{name}_changelist")))
        )
    orders = reverse("admin:orders_order_changelist")
    mails, parcels = (
        reverse("admin:outbox_outboxmessage_changelist"),
        reverse("admin:fulfilment_consignment_changelist"),
    )
    filtered = (
        ("list: orders held for the address", orders, {"hold__exact": "address_does_not_fit"}),
        ("list: orders being checked", orders, {"state__exact": "checking"}),
        ("list: delivered orders, page 20", orders, {"state__exact": "delivered", "p": "20"}),
        ("list: mail that could not be sent", mails, {"state__exact": "failed"}),
        ("list: mail of one template", mails, {"template": "order_refused"}),
        ("list: parcels on their way", parcels, {"where": "on_its_way"}),
        ("list: parcels that came back", parcels, {"where": "back"}),
    )
    return found + [Step(name, LIST, _opens(manager, url, data)) for name, url, data in filtered]


def _search_steps() -> list[Step]:
    service, checks = _colleague(roles.CUSTOMER_SERVICE), _colleague(roles.VERIFICATION_OFFICER)
    order = Order.objects.filter(state=State.DELIVERED, cqc_registered=False).select_related("account").latest("pk")
    parcel = Consignment.objects.filter(order=order).latest("pk")
    typed = {
        "reference": order.reference, "email": order.account.email or "", "postcode": order.postcode,
        "organisation": order.organisation_name, "a common word": "house", "consignment": parcel.reference,
    }  # fmt: skip
    lists = {
        "orders": (service, "admin:orders_order_changelist", typed),
        "checks": (checks, "admin:verification_manualcheck_changelist", {"organisation": order.organisation_name}),
        "parcels": (service, "admin:fulfilment_consignment_changelist", {"consignment": parcel.reference}),
        "people": (service, "admin:accounts_user_changelist", {"name": order.recipient_name, "email": typed["email"]}),
        "listings": (checks, "admin:verification_listing_changelist", {"name": "willowbank"}),
    }
    found = [
        Step(f"search {name} by {what}", LIST, _searches(client, reverse(url), text))
        for name, (client, url, texts) in lists.items()
        for what, text in texts.items()
    ]
    find = reverse("admin:fulfilment_consignment_find")
    person = reverse("admin:fulfilment_consignment_person", args=[order.account_id])

    def finds(text: str) -> Callable[[int], Any]:
        return lambda number: _must(service.post(find, {"text": text}))

    found += [Step(f"customer service finds by {what}", PAGE, finds(text)) for what, text in typed.items()]
    found.append(Step("customer service finds by name", PAGE, finds(order.recipient_name)))
    return [*found, Step("customer service: one person", PAGE, _opens(service, person))]


def _background_steps() -> list[Step]:
    def at(action: Callable[..., Any]) -> Callable[[int], Any]:
        return lambda number: action(now=timezone.now())

    return [
        Step("metrics", PULL, lambda number: read_all(timezone.now())),
        Step("sweep: stuck and expired mail", PULL, lambda n: (at(requeue_stuck)(n), at(cancel_expired)(n))),
        Step("sweep: checks without need", PULL, at(close_stale_checks)),
        Step("sweep: orders without a check", PULL, at(open_missing_checks)),
        Step("sweep: questions", PULL, lambda n: (at(stop_waiting)(n), at(remind_providers)(n))),
        Step("sweep: drafts", PULL, at(sweep_drafts)),
        Step("sweep: tracking problems", PULL, at(sweep_tracking_problems)),
        Step("sweep: unconfirmed accounts", PULL, at(sweeps.delete_unconfirmed)),
        Step("sweep: sessions", PULL, lambda number: sweeps.delete_expired_sessions()),
        Step("sweep: open checks against the register (work grows with the queue)", PULL, at(reassess_open_checks)),
        Step("sweep: proof of the ledger (reads every row)", PULL, at(check_stock_ledger)),
    ]


def _placing_steps() -> list[Step]:
    def place(number: int) -> None:
        client, data = ready[number]
        _must(client.post(reverse("order_check"), data), 302)

    ready = [_ready_to_place(number) for number in range(2, 40)]
    return [
        Step("placing: the final submit", PAGE, place),
        Step("pull: assess 25 orders", PULL, lambda number: assess_orders(now=timezone.now(), limit=25)),
        Step(
            "pull: a batch of 50 orders", PULL,
            lambda number: create_batch(limit=50, actor=_JOB, by=Who.SYSTEM, now=timezone.now()),
        ),
        Step("pull: claim 25 mails", PULL, lambda number: claim_due(limit=25, now=timezone.now())),
    ]  # fmt: skip


def _ready_to_place(number: int) -> tuple[Client, dict[str, str]]:
    account = _account(number)
    answers = {
        "cqc_registered": False, "organisation_name": f"Bench Day Service {number}", "organisation_type": "day_service",
        "quantity": 5, "recipient_name": "A Person", "address_line_1": f"{number} Bench Street", "town": "Leeds",
        "postcode": "LS1 4AP",
    }  # fmt: skip
    draft = save_answers(account=account, answers=answers, now=timezone.now())
    return _signed_in(account), {"draft": str(draft.pk), "version": str(draft.version)}
