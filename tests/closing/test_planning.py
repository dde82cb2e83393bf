"""Two managers decide, everybody is told, each date works by itself, and it can be called off until it has begun."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.closing import planning
from accounts.closing.destroying import close_portal
from accounts.closing.telling import tell_of_closing
from accounts.closing.waiting import OrderingGoesOn, cancel_what_is_open, still_open
from accounts.models import ClosingPlan, ClosingSettlement, ClosingStep, ClosureCertificate, Portal, User
from accounts.portal import PortalCloses, set_ordering
from accounts.roles import PORTAL_MANAGER
from accounts.sign_in import disable_sign_in
from badgeportal.outbox.letters import resolver_of
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.rendering import render
from orders.ledger import check_stock_ledger
from orders.lifecycle import State
from orders.models import Order
from tests.closing import steps
from tests.factories.user import PASSWORD, StaffFactory, UserFactory
from tests.journeys import order_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ordering_stops_at", {"ordering_stops_at": steps.NOW + timedelta(days=27)}),
        ("sign_in_stops_at", {"sign_in_stops_at": steps.ORDERING + timedelta(days=6)}),
        ("destroyed_from", {"destroyed_from": steps.SIGN_IN - timedelta(days=1)}),
        ("staff_kept_until", {"staff_kept_until": steps.DESTROYED.date()}),
    ],
)
def test_dates_that_do_not_fit_are_refused(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(planning.DatesDoNotFit) as refused:
        planning.schedule_closing(
            **{**steps.DATES, "staff_kept_until": None, **changes}, actor=steps.manager(), now=steps.NOW
        )
    assert refused.value.field == field
    assert not ClosingPlan.objects.exists()


def test_whoever_scheduled_it_cannot_confirm_it() -> None:
    actor = steps.manager()
    plan = steps.scheduled(actor=actor)

    with pytest.raises(planning.SamePerson):
        planning.confirm_closing(plan_id=plan.pk, actor=actor, now=steps.NOW)
    with pytest.raises(planning.ConfirmedTooLate):
        planning.confirm_closing(plan_id=plan.pk, actor=steps.manager(), now=steps.ORDERING - timedelta(days=20))

    plan.refresh_from_db()
    assert (plan.state, Portal.current().ordering_closes_at) == ("scheduled", None)


def test_there_is_one_live_plan_at_a_time() -> None:
    plan = steps.scheduled()
    with pytest.raises(planning.PlannedAlready):
        steps.scheduled()
    planning.call_off_closing(plan_id=plan.pk, actor=steps.manager(), now=steps.NOW)
    assert steps.scheduled().pk != plan.pk


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("closing_confirmed_by_a_second_manager", {"confirmed_by": "scheduled_by"}),
        ("closing_dates_in_order", {"sign_in_stops_at": steps.ORDERING}),
        ("closing_begun_is_not_called_off", {"started_at": steps.DESTROYED}),
        ("closing_begun_is_not_called_off", {"state": "destroying"}),
        ("closing_called_off_by_somebody", {"state": "called_off"}),
        ("closing_goes_on_only_when_confirmed", {"confirmed_at": None}),
        ("closing_destroyed_has_its_time", {"finished_at": steps.DESTROYED}),
        ("closing_backup_key_destroyed_by_somebody", {"backup_key_destroyed_at": steps.SIGN_IN}),
    ],
)
def test_the_database_holds_the_rules(constraint: str, changes: dict[str, Any]) -> None:
    plan = steps.confirmed()
    if changes.get("confirmed_by"):
        changes = {"confirmed_by": plan.scheduled_by_id}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ClosingPlan.objects.filter(pk=plan.pk).update(**changes)


def test_one_live_plan_is_a_rule_of_the_database() -> None:
    plan = steps.scheduled()
    with pytest.raises(IntegrityError, match="closing_one_live_plan_at_a_time"), transaction.atomic():
        ClosingPlan.objects.create(**steps.DATES, scheduled_by_id=plan.scheduled_by_id, scheduled_at=steps.NOW)


def test_what_belongs_to_a_plan_keeps_the_rules_too() -> None:
    plan = steps.confirmed()
    settled = {"plan": plan, "subject_type": "accounts.user", "subject_id": 1, "settled_by_id": plan.scheduled_by_id}
    settled |= {"settled_at": steps.NOW, "reason": "with_dhsc"}
    step = {"plan": plan, "number": 1, "kind": "place", "name": "redis", "title": "Redis"}
    ClosingSettlement.objects.create(**settled)
    ClosingStep.objects.create(**step)
    broken: list[tuple[str, Callable[[], object]]] = [
        ("closing_settled_once", lambda: ClosingSettlement.objects.create(**settled)),
        (
            "closing_settled_with_a_reason",
            lambda: ClosingSettlement.objects.create(**settled | {"subject_id": 2, "reason": "no time"}),
        ),
        ("closing_step_once", lambda: ClosingStep.objects.create(**step)),
        (
            "certificate_has_its_sum",
            lambda: ClosureCertificate.objects.create(plan=plan, content={}, sha256="x", made_at=steps.NOW),
        ),
    ]
    for constraint, write in broken:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            write()


@pytest.mark.planted_fault("accounts.tell_of_closing")
def test_everybody_is_told_once_when_it_is_decided_and_before_each_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the kick at confirming was lost, and the sweep finds it."""
    monkeypatch.setattr("accounts.closing.telling.CHUNK", 2)
    people = [UserFactory() for _ in range(5)]
    disabled, restricted = UserFactory(), UserFactory(restricted_at=steps.NOW)
    disable_sign_in(user_id=disabled.pk, actor=steps.manager(), now=steps.NOW)
    steps.confirmed()
    OutboxMessage.objects.all().delete()

    for now in (steps.NOW + timedelta(days=2), steps.NOW + timedelta(days=3)):
        tell_of_closing(now=now)
    assert told() == {("closing_decided", person.pk): 1 for person in people}
    for date in (steps.ORDERING, steps.SIGN_IN, steps.DESTROYED):
        assert tell_of_closing(now=date - timedelta(days=8)) == 0
        assert tell_of_closing(now=date - timedelta(days=6)) == len(people)

    assert len(told()) == 4 * len(people)
    assert set(told().values()) == {1}
    assert not {pk for _, pk in told()} & {disabled.pk, restricted.pk}


def told() -> dict[tuple[str, int | None], int]:
    mails = OutboxMessage.objects.filter(template__startswith="closing_")
    return dict(Counter(mails.values_list("template", "subject_id")))


@pytest.mark.parametrize("key", ["closing_decided", "closing_ordering", "closing_sign_in", "closing_data"])
def test_the_mails_say_the_dates_in_words(key: str) -> None:
    person = UserFactory()
    plan = steps.confirmed()
    letter = resolver_of(key)([person.pk])[person.pk]
    mail = render(key, letter, reference="mail-1")

    assert (letter.to, "14 February 2027" in mail.body) == (person.email, True)
    assert "cannot be undone" in mail.body.lower()
    assert not re.search(r"[{}]|\bNone\b", mail.subject + mail.body)
    planning.call_off_closing(plan_id=plan.pk, actor=steps.manager(), now=steps.NOW + timedelta(days=2))
    # A mail that still waits when the plan is called off is not sent.
    assert resolver_of(key)([person.pk]) == {}


def test_calling_it_off_gives_ordering_back_and_says_so() -> None:
    person = UserFactory()
    plan = steps.confirmed()
    tell_of_closing(now=steps.NOW + timedelta(days=1))
    assert Portal.current().ordering_closes_at == steps.ORDERING

    planning.call_off_closing(plan_id=plan.pk, actor=steps.manager(), now=steps.NOW + timedelta(days=2))
    tell_of_closing(now=steps.NOW + timedelta(days=2))
    assert tell_of_closing(now=steps.NOW + timedelta(days=3)) == 0

    assert Portal.current().ordering_open_at(steps.DESTROYED)
    assert told()["closing_called_off", person.pk] == 1
    assert close_portal(now=steps.DESTROYED) == 0
    assert "closes" not in Client().get("/").content.decode()


def test_ordering_stops_by_itself_and_nobody_opens_it_again() -> None:
    steps.confirmed()
    portal = Portal.current()
    assert portal.ordering_open_at(steps.ORDERING - timedelta(seconds=1))
    assert not portal.ordering_open_at(steps.ORDERING)
    for closes_at in (None, steps.ORDERING + timedelta(days=1)):
        with pytest.raises(PortalCloses):
            set_ordering(open=True, closes_at=closes_at, actor=steps.manager(), now=steps.NOW)
    set_ordering(open=True, closes_at=steps.ORDERING - timedelta(days=1), actor=steps.manager(), now=steps.NOW)


def test_every_page_says_so_from_the_day_it_is_scheduled() -> None:
    client = Client()
    assert client.get(reverse("closing")).status_code == 404
    steps.scheduled()
    for name in ("start", "privacy", "account_login"):
        page = client.get(reverse(name)).content.decode()
        assert "We plan to close this service" in page
        assert "5 January 2027" in page
    assert "not yet decided" in client.get(reverse("closing")).content.decode()


def test_people_who_order_are_out_when_sign_in_stops_and_staff_are_not(client: Client) -> None:
    person, clerk = UserFactory(), StaffFactory(role=PORTAL_MANAGER)
    client.force_login(person)
    plan = steps.confirmed()
    steps.moved(plan, destroyed_from=timezone.now() + timedelta(days=7))

    assert client.get(reverse("your_orders")).headers["Location"] == reverse("closing")
    assert "_auth_user_id" not in client.session
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert answer.headers["Location"] == reverse("closing")
    assert "_auth_user_id" not in client.session
    assert "cannot sign in any more" in client.get(reverse("closing")).content.decode()
    client.post(reverse("account_login"), {"login": clerk.email, "password": PASSWORD})
    assert client.get(reverse("admin:index")).status_code == 200


def test_open_orders_are_finished_or_cancelled_at_once_by_a_manager() -> None:
    placed, checking, sent = (order_at(state) for state in (State.PLACED, State.CHECKING, State.DISPATCHED))
    plan = steps.confirmed()
    actor = steps.manager()
    states = {one.matter.state: one.matter.can_be_cancelled for one in still_open(plan)}
    assert states == {"Placed": True, "Being checked by a person": True, "On its way": False}
    with pytest.raises(OrderingGoesOn):
        cancel_what_is_open(plan_id=plan.pk, actor=actor, now=steps.ORDERING - timedelta(days=1))

    assert cancel_what_is_open(plan_id=plan.pk, actor=actor, now=steps.ORDERING) == 2

    assert [one.matter.state for one in still_open(plan)] == ["On its way"]
    assert Order.objects.get(pk=sent.pk).state == State.DISPATCHED
    cancelled = OutboxMessage.objects.filter(template="order_cancelled")
    assert set(cancelled.values_list("subject_id", flat=True)) == {placed.pk, checking.pk}
    assert check_stock_ledger(now=steps.ORDERING) == []


def test_managers_do_it_all_in_admin(client: Client) -> None:
    first, second = (StaffFactory(role=PORTAL_MANAGER) for _ in range(2))
    client.force_login(first)
    soon = timezone.now()
    answers = {
        name: f"{timezone.localtime(soon + timedelta(days=days)):%d/%m/%Y %H:%M}"
        for name, days in (("ordering_stops_at", 30), ("sign_in_stops_at", 45), ("destroyed_from", 60))
    }
    wrong = client.post(
        reverse("admin:accounts_closingplan_schedule"), answers | {"destroyed_from": "01/01/2020 09:00"}
    )
    assert (wrong.status_code, "at the earliest 7 days after sign-in stops" in wrong.content.decode()) == (422, True)
    client.post(reverse("admin:accounts_closingplan_schedule"), answers)
    plan = ClosingPlan.objects.get()
    confirm = reverse("admin:accounts_closingplan_confirm", args=[plan.pk])
    own = client.post(confirm, {"sure": "on"})
    assert "another portal manager must confirm it" in own.content.decode()

    client.force_login(second)
    assert "cannot be undone" in client.get(confirm).content.decode()
    client.post(confirm, {"sure": "on"})
    plan.refresh_from_db()
    assert (plan.state, plan.confirmed_by_id) == ("confirmed", second.pk)
    assert (
        "Nothing is open" in client.get(reverse("admin:accounts_closingplan_change", args=[plan.pk])).content.decode()
    )
    shown = client.get(reverse("admin:accounts_closingplan_dry_run", args=[plan.pk])).content.decode()
    assert "Email address" in shown
    assert User.objects.filter(anonymised_at__isnull=False).count() == 0
    client.post(reverse("admin:accounts_closingplan_call_off", args=[plan.pk]), {"sure": "on"})
    plan.refresh_from_db()
    assert plan.state == "called_off"
