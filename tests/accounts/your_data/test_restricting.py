"""Data that is kept and not used: what stops, what goes on, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import restricting
from accounts.models import DataRequest, User
from accounts.profile import change_details
from accounts.restricting import (
    AccountRestricted,
    NotRestricted,
    NotToldYet,
    announce_end,
    lift_restriction,
    note_recipients_told,
)
from accounts.rights.clock import day_of
from accounts.rights.history import PersonNeeded
from accounts.sweeps import delete_unconfirmed
from accounts.tasks import end_restrictions
from accounts.your_data.asking import allow_use_again, ask_to_correct, limit_use, object_to_use
from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.mailbox import LocalMail
from badgeportal.outbox.models import OutboxMessage
from fulfilment.returns import cancel_returned, send_again
from orders.cancelling import cancel_order
from orders.correcting import ADDRESS_FIELDS, change_delivery_address, correct_delivery_address
from orders.drafts import begin_again, save_answers
from orders.holding import hold_order, lift_hold
from orders.lifecycle import State, Who
from orders.models import Order, OrderDraft, OrderEvent, OrderProblem
from orders.placing import place_order
from orders.problems import answer_problem, report_problem
from orders.sweeping import sweep_drafts
from tests.accounts.your_data.steps import GROUND, restricted
from tests.factories.user import StaffFactory, UserFactory
from tests.fulfilment import steps
from tests.journeys import DELIVERY, NOT_CQC, finished_draft, order_at, placed_order
from tests.verification.worlds import waiting_check
from verification.checking.asking import answer_question, ask_provider, call_back
from verification.checking.evidence import Evidence
from verification.correcting import correct_ods_code
from verification.inbox_links import NoListingToAsk, ask_listed_inbox
from verification.models import Question

pytestmark = pytest.mark.django_db
Mailbox = Callable[[], list[LocalMail]]
NOTICE = timedelta(days=settings.RESTRICTION_NOTICE_DAYS)


def staff() -> Actor:
    return Actor.user(StaffFactory())


def _told(order: Order) -> OrderProblem:
    return report_problem(
        order=order, kind=OrderProblem.Kind.OTHER, text="Wrong", actor=Actor.user(order.account), now=timezone.now()
    )


def _place(order: Order) -> Any:
    draft = OrderDraft.objects.get(account=order.account, order=None)
    return place_order(account=order.account, draft_id=draft.pk, version=draft.version, now=timezone.now())


def _address(order: Order) -> dict[str, str]:
    return DELIVERY | {"address_line_1": "9 Other Road"}


# Every action that changes what belongs to an account: the state its order is in, and the action.
ACTIONS: dict[str, tuple[State, Callable[[Order], Any]]] = {
    "type an answer": (State.PLACED, lambda o: save_answers(account=o.account, answers=NOT_CQC, now=timezone.now())),
    "begin again": (State.PLACED, lambda o: begin_again(order=o, account=o.account, replacing=1, now=timezone.now())),
    "place": (State.PLACED, _place),
    "cancel": (
        State.PLACED,
        lambda o: cancel_order(order=o, by=Who.PROVIDER, actor=Actor.user(o.account), now=timezone.now()),
    ),
    "staff cancel": (State.PLACED, lambda o: cancel_order(order=o, by=Who.STAFF, actor=staff(), now=timezone.now())),
    "change the address": (
        State.PLACED,
        lambda o: change_delivery_address(
            order=o, address=_address(o), actor=Actor.user(o.account), now=timezone.now()
        ),
    ),
    "staff correct the address": (
        State.PLACED,
        lambda o: correct_delivery_address(order=o, address=_address(o), actor=staff(), now=timezone.now()),
    ),
    "hold": (State.PLACED, lambda o: hold_order(order=o, actor=staff(), now=timezone.now())),
    "tell of a problem": (State.DELIVERED, _told),
    "answer a question": (
        State.AWAITING_PROVIDER,
        lambda o: answer_question(order=o, text="Yes", actor=Actor.user(o.account), now=timezone.now()),
    ),
    "correct the code": (
        State.CHECKING,
        lambda o: correct_ods_code(order=o, ods_code="A1A1A", actor=Actor.user(o.account), now=timezone.now()),
    ),
    "send again": (State.RETURNED, lambda o: send_again(order=o, actor=staff(), now=timezone.now())),
    "cancel what came back": (State.RETURNED, lambda o: cancel_returned(order=o, actor=staff(), now=timezone.now())),
    "staff change details": (
        State.PLACED,
        lambda o: change_details(
            user_id=o.account_id, name="X", organisation="", phone="", actor=staff(), now=timezone.now()
        ),
    ),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_nothing_of_a_restricted_person_is_changed(name: str) -> None:
    state, act = ACTIONS[name]
    order = order_at(state)
    finished_draft(order.account)
    restricted(order.account)
    before = _all_of(order)

    with pytest.raises(AccountRestricted, match="limited"):
        act(order)

    assert _all_of(order) == before


def _all_of(order: Order) -> Any:
    return (
        list(Order.objects.filter(account=order.account).values()),
        list(OrderDraft.objects.filter(account=order.account).values()),
        OrderEvent.objects.count(),
        OrderProblem.objects.count(),
        User.objects.filter(pk=order.account_id).values().get(),
    )


@pytest.mark.parametrize("name", sorted(ACTIONS.keys() - {"answer a question"}))
def test_the_same_can_be_done_without_a_restriction(name: str) -> None:
    """So that what is refused above is refused because of it."""
    state, act = ACTIONS[name]
    order = order_at(state, **({"cqc_registered": True} if name == "correct the code" else {}))
    if name != "begin again":
        finished_draft(order.account)
    else:
        save_answers(account=order.account, answers={"cqc_registered": False}, now=timezone.now())
    act(order)


def test_a_hold_stays_and_an_open_problem_is_not_answered() -> None:
    order = placed_order()
    hold_order(order=order, actor=staff(), now=timezone.now())
    problem = _told(order)
    restricted(order.account)

    with pytest.raises(AccountRestricted):
        lift_hold(order=order, actor=staff(), now=timezone.now())
    with pytest.raises(AccountRestricted):
        answer_problem(
            problem=problem, answer="x", outcome=OrderProblem.Outcome.SOLVED, officer=StaffFactory(), now=timezone.now()
        )


def test_what_is_in_dispute_can_be_put_right_by_staff_and_nothing_else() -> None:
    order = placed_order()
    limit_use(user=order.account, ground=GROUND, words="Wrong house", now=timezone.now())

    correct_delivery_address(order=order, address=_address(order), actor=staff(), now=timezone.now())
    order.refresh_from_db()

    assert {name: getattr(order, name) for name in ADDRESS_FIELDS} == _address(order)
    with pytest.raises(AccountRestricted):
        cancel_order(order=order, by=Who.STAFF, actor=staff(), now=timezone.now())


def test_people_may_always_correct_their_own_details() -> None:
    user = restricted(UserFactory())
    assert change_details(
        user_id=user.pk, name="Right", organisation="", phone="", actor=Actor.user(user), now=timezone.now()
    )


def test_mail_on_its_way_stops_and_what_is_about_the_request_goes(mailbox: Mailbox) -> None:
    order = placed_order()

    asked = limit_use(user=order.account, ground=GROUND, words="", now=timezone.now())

    assert OutboxMessage.objects.about(order).get().state == "cancelled"
    assert [mail.subject for mail in mailbox()] == [f"We have your request {asked.reference} about your personal data"]


def test_a_listed_inbox_is_not_asked_any_more() -> None:
    order = placed_order(cqc_registered=True)
    restricted(order.account)
    with pytest.raises(NoListingToAsk):
        ask_listed_inbox(order=order, actor=Actor.user(order.account), now=timezone.now())


def test_nothing_of_theirs_is_swept_away() -> None:
    user = UserFactory()
    long_ago = timezone.now() - timedelta(days=400)
    save_answers(account=user, answers=NOT_CQC, now=long_ago)
    restricted(user)
    assert sweep_drafts(now=timezone.now()) == 0
    stranger = restricted(User.objects.create_user("new@home.example", date_joined=long_ago))
    assert delete_unconfirmed(now=timezone.now()) == 0
    assert User.objects.filter(pk=stranger.pk).exists()


def test_dx_must_be_told_when_it_was_given_their_address() -> None:
    order = steps.verified_order()
    steps.sent_batch()
    asked = limit_use(user=order.account, ground=GROUND, words="", now=timezone.now())
    asked.refresh_from_db()
    assert asked.tell_recipients == "DX"

    note_recipients_told(request_id=asked.pk, actor=staff(), now=timezone.now())

    asked.refresh_from_db()
    assert asked.recipients_told_on == day_of(timezone.now())


def test_the_person_hears_of_it_before_it_ends(mailbox: Mailbox) -> None:
    user, now = restricted(UserFactory()), timezone.now()
    with pytest.raises(NotToldYet):
        lift_restriction(account_id=user.pk, actor=staff(), now=now)

    ends_on = announce_end(account_id=user.pk, actor=staff(), now=now)

    assert ends_on == day_of(now + NOTICE)
    assert "again from" in mailbox()[0].subject
    with pytest.raises(NotToldYet):
        lift_restriction(account_id=user.pk, actor=staff(), now=now)
    lift_restriction(account_id=user.pk, actor=staff(), now=now + NOTICE)
    user.refresh_from_db()
    assert (user.restricted_at, user.restriction_ends_on) == (None, None)
    kinds = list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["restricted", "restriction_end_told", "restriction_lifted"]


def test_a_job_never_decides_that_data_may_be_used_again() -> None:
    user = restricted(UserFactory())
    with pytest.raises(PersonNeeded):
        announce_end(account_id=user.pk, actor=restricting.SWEEP, now=timezone.now())


@pytest.mark.planted_fault("accounts.end_restrictions")
def test_a_restriction_ends_on_its_day_when_nobody_pressed_a_button() -> None:
    due, not_due, not_told = (restricted(UserFactory()) for _ in range(3))
    announce_end(account_id=due.pk, actor=staff(), now=timezone.now() - NOTICE - timedelta(days=1))
    announce_end(account_id=not_due.pk, actor=staff(), now=timezone.now())

    assert (end_restrictions(), end_restrictions()) == (1, 0)

    assert set(User.objects.filter(restricted_at__isnull=False)) == {not_due, not_told}


def test_whoever_objects_again_keeps_the_limit() -> None:
    user = restricted(UserFactory())
    announce_end(account_id=user.pk, actor=staff(), now=timezone.now())
    object_to_use(user=user, words="Still wrong", now=timezone.now())
    user.refresh_from_db()
    assert user.restriction_ends_on is None


def test_people_end_their_own_limit_at_once_and_their_requests_for_it_with_it() -> None:
    user, now = UserFactory(), timezone.now()
    limit_use(user=user, ground=GROUND, words="", now=now)
    object_to_use(user=user, words="x", now=now)
    ask_to_correct(user=user, words="x", now=now)

    allow_use_again(user=user, now=now)

    user.refresh_from_db()
    assert not user.is_restricted
    assert list(DataRequest.objects.open().values_list("kind", flat=True)) == ["rectification"]
    with pytest.raises(NotRestricted):
        allow_use_again(user=user, now=now)


def test_an_end_without_a_restriction_is_refused_by_the_database() -> None:
    user = UserFactory()
    with pytest.raises(IntegrityError, match="user_restriction_that_ends_is_there"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(restriction_ends_on=day_of(timezone.now()))


@pytest.mark.parametrize(
    ("fields", "wall"),
    [
        ({"kind": "access", "ground": "accuracy"}, "data_request_ground_is_of_a_restriction"),
        ({"recipients_told_on": "2026-11-26"}, "data_request_told_somebody_who_had_to_be_told"),
    ],
)
def test_a_request_that_contradicts_itself_is_refused_by_the_database(fields: dict[str, Any], wall: str) -> None:
    asked = limit_use(user=UserFactory(), ground=GROUND, words="", now=timezone.now())
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        DataRequest.objects.filter(pk=asked.pk).update(**fields)


def test_a_question_waits_and_is_neither_answered_nor_called_back() -> None:
    check = waiting_check()
    officer = StaffFactory()
    ask_provider(check_id=check.pk, officer=officer, text="Who?", evidence=Evidence(), now=timezone.now())
    order = check.order
    restricted(order.account)

    with pytest.raises(AccountRestricted):
        answer_question(order=order, text="Me", actor=Actor.user(order.account), now=timezone.now())
    with pytest.raises(AccountRestricted):
        call_back(check_id=check.pk, officer=officer, now=timezone.now())

    assert Question.objects.get().answered_at is None
