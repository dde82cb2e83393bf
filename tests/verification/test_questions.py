"""Asking the provider for more: the order waits for the answer, comes back with it, and never waits for ever."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from badgeportal.actor import Actor
from badgeportal.outbox.letters import resolver_of
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.rendering import render
from orders.cancelling import cancel_order
from orders.lifecycle import State, Who
from orders.models import Order, OrderEvent
from tests.verification.worlds import (
    FOUND,
    NOW,
    a_listing,
    assessed,
    cqc_order,
    later,
    manager,
    officer,
    open_check,
    waiting_check,
)
from verification.checking.asking import (
    REMINDER,
    NothingToAnswer,
    QuestionMissing,
    answer_question,
    ask_provider,
    call_back,
    remind_providers,
    stop_waiting,
)
from verification.checking.claiming import ask_second_person
from verification.checking.closing import close_stale_checks
from verification.checking.deciding import approve_check
from verification.checking.locking import AlreadyDecided, NeedsAnotherPerson, OrderLeftTheQueue
from verification.correcting import correct_ods_code
from verification.models import ManualCheck, Question

pytestmark = pytest.mark.django_db

TEXT = "Which of your two houses are the badges for?"


def asked(check: ManualCheck | None = None, **when: Any) -> Question:
    return ask_provider(
        check_id=(check or waiting_check()).pk, officer=officer(), text=TEXT, evidence=FOUND, now=later(**when)
    )


def order_of(question: Question) -> Order:
    return Order.objects.get(pk=question.check_asked_in.order_id)


def answered(question: Question, text: str = "The one in Exeter", **when: Any) -> Order:
    order = order_of(question)
    answer_question(order=order, text=text, actor=Actor.user(order.account), now=later(**when))
    return order


def mail_about(key: str, subject: int) -> str:
    return render(key, resolver_of(key)([subject])[subject], reference="mail-1").body


def test_a_question_puts_the_order_aside_and_writes_to_the_provider(settings: Any) -> None:
    question = asked()
    order = order_of(question)

    assert (order.state, order.events.last().kind) == (State.AWAITING_PROVIDER, "ask_provider")
    assert OutboxMessage.objects.filter(template="order_question", subject_id=order.pk).count() == 1
    body = mail_about("order_question", order.pk)
    for words in (TEXT, f"{settings.PUBLIC_URL}/orders/{order.reference}/answer/", "30 November 2026", "not refuse"):
        assert words in body
    check = question.check_asked_in
    assert (check.is_open, check.claimed_by, check.address_evidence) == (True, None, FOUND.address)


def test_an_answer_brings_the_order_back_where_it_was_in_the_queue() -> None:
    question = asked()
    order = answered(question, hours=3)
    question.refresh_from_db()

    assert (order.state, order.events.last().kind) == (State.CHECKING, "answer")
    assert (question.answer, question.answered_at, question.ended_at) == (
        "The one in Exeter",
        later(hours=3),
        later(hours=3),
    )
    assert list(ManualCheck.objects.waiting()) == [question.check_asked_in]
    approve_check(check_id=question.check_asked_in_id, officer=officer(), evidence=FOUND, now=later(hours=4))


def test_a_second_answer_finds_nothing_to_answer() -> None:
    question = asked()
    stale = order_of(question)
    answered(question)
    with pytest.raises(NothingToAnswer) as told:
        answer_question(order=stale, text="Again", actor=Actor.user(stale.account), now=later(hours=5))
    assert told.value.state == State.CHECKING


def test_nothing_is_not_a_question_and_the_one_who_handed_it_on_does_not_ask() -> None:
    check, asha = waiting_check(), officer()
    with pytest.raises(QuestionMissing):
        ask_provider(check_id=check.pk, officer=asha, text=" ", evidence=FOUND, now=NOW)
    ask_second_person(check_id=check.pk, officer=asha, evidence=FOUND, now=NOW)
    with pytest.raises(NeedsAnotherPerson):
        ask_provider(check_id=check.pk, officer=asha, text=TEXT, evidence=FOUND, now=NOW)
    assert not Question.objects.exists()


def test_nobody_decides_or_asks_while_the_order_waits() -> None:
    question = asked()
    with pytest.raises(OrderLeftTheQueue):
        approve_check(check_id=question.check_asked_in_id, officer=officer(), evidence=FOUND, now=later(hours=1))
    with pytest.raises(OrderLeftTheQueue):
        asked(question.check_asked_in)


def test_an_officer_goes_on_without_an_answer() -> None:
    question = asked()
    call_back(check_id=question.check_asked_in_id, officer=officer(), now=later(hours=2))
    question.refresh_from_db()
    assert (order_of(question).state, question.answered_at, question.ended_at) == (
        State.CHECKING,
        None,
        later(hours=2),
    )
    with pytest.raises(OrderLeftTheQueue):
        call_back(check_id=question.check_asked_in_id, officer=officer(), now=later(hours=3))
    approve_check(check_id=question.check_asked_in_id, officer=officer(), evidence=FOUND, now=later(hours=4))
    with pytest.raises(AlreadyDecided):
        call_back(check_id=question.check_asked_in_id, officer=officer(), now=later(hours=5))


def test_the_check_is_not_taken_for_a_stale_one_while_its_order_waits() -> None:
    question = asked()
    assert close_stale_checks(now=later(hours=1)) == 0
    assert list(ManualCheck.objects.waiting_for_provider()) == [question.check_asked_in]
    assert list(ManualCheck.objects.waiting()) == []


def test_a_provider_who_does_not_answer_is_reminded_once() -> None:
    question = asked()
    assert remind_providers(now=later(days=2)) == 0
    assert [remind_providers(now=later(days=3)), remind_providers(now=later(days=4))] == [1, 0]
    assert OutboxMessage.objects.filter(template=REMINDER, subject_id=question.pk).count() == 1
    assert TEXT in mail_about(REMINDER, question.pk)
    answered(question)
    assert resolver_of(REMINDER)([question.pk]) == {}


def test_an_order_that_waits_too_long_goes_back_to_a_person_and_is_refused_by_nobody() -> None:
    old, young = asked(), asked(days=1)
    assert stop_waiting(now=later(days=7)) == 1
    old.refresh_from_db()
    event = OrderEvent.objects.filter(order=order_of(old)).latest("pk")
    assert (event.kind, event.reason, event.actor, event.to_state) == (
        "stop_waiting", "no_answer", "system:stop-waiting", State.CHECKING,
    )  # fmt: skip
    assert (old.ended_at, order_of(young).state) == (later(days=7), State.AWAITING_PROVIDER)
    assert stop_waiting(now=later(days=7)) == 0


def test_the_days_come_from_the_settings(settings: Any) -> None:
    asked()
    settings.QUESTION_DAYS, settings.QUESTION_REMINDER_DAYS = 2, 1
    assert (remind_providers(now=later(days=1)), stop_waiting(now=later(days=2))) == (1, 1)


@pytest.mark.planted_fault("verification.follow_questions")
def test_the_sweep_finds_an_order_that_waits_for_an_answer_to_no_question() -> None:
    """Planted: the question was ended by hand, and nothing would ever bring the order back."""
    question = asked()
    Question.objects.update(ended_at=NOW)
    assert stop_waiting(now=later(hours=1)) == 1
    assert order_of(question).state == State.CHECKING


def test_the_sweep_ends_questions_of_orders_that_do_not_wait() -> None:
    question = asked()
    order = order_of(question)
    cancel_order(order=order, by=Who.PROVIDER, actor=Actor.user(order.account), now=later(hours=1))
    assert stop_waiting(now=later(hours=2)) == 0
    question.refresh_from_db()
    assert (question.ended_at, order_of(question).state) == (later(hours=2), State.CANCELLED)


def test_a_restricted_account_is_left_alone() -> None:
    question = asked()
    type(order_of(question).account).objects.update(restricted_at=NOW)
    assert (remind_providers(now=later(days=9)), stop_waiting(now=later(days=9))) == (0, 0)
    assert resolver_of("order_question")([order_of(question).pk]) == {}


def test_a_code_that_matches_is_accepted_while_the_order_waits() -> None:
    a_listing(code="VRGHT", emails=("manager@lucerne.example",))
    order = assessed(cqc_order(ods_code="VWRNG"))
    question = asked(open_check(order))
    order.refresh_from_db()
    order = correct_ods_code(order=order, ods_code="VRGHT", actor=Actor.user(order.account), now=later(hours=1))
    question.refresh_from_db()
    assert (order.state, question.ended_at) == (State.VERIFIED, later(hours=1))


# Pages.


@pytest.fixture
def waiting_order() -> Order:
    check = waiting_check(now=timezone.now())
    ask_provider(check_id=check.pk, officer=officer(), text=TEXT, evidence=FOUND, now=timezone.now())
    return Order.objects.get(pk=check.order_id)


def test_the_provider_reads_the_question_and_answers(client: Client, waiting_order: Order) -> None:
    client.force_login(waiting_order.account)
    url = reverse("answer_question", args=[waiting_order.reference])
    detail = client.get(reverse("order_detail", args=[waiting_order.reference])).content.decode()
    assert TEXT in detail
    assert url in detail
    assert "Waiting for your answer" in detail
    assert TEXT in client.get(url).content.decode()
    for wrong, sentence in (
        ("", "Enter your answer"),
        ("=HYPERLINK(1)", "must start with"),
        ("Yes 😀", "must not include emoji"),
        ("a" * 2001, "2000 characters or fewer"),
    ):
        page = client.post(url, {"answer": wrong}).content.decode()
        assert sentence in page
        assert "<title>Error: " in page
    assert client.post(url, {"answer": "Exeter:\r\n- 12 badges\r\n\r\n\r\n\r\n- 3 more"}).status_code == 302
    assert Question.objects.get().answer == "Exeter:\n- 12 badges\n\n- 3 more"
    waiting_order.refresh_from_db()
    assert waiting_order.state == State.CHECKING
    for response in (client.get(url, follow=True), client.post(url, {"answer": "Again"}, follow=True)):
        assert "There is no question to answer now" in response.content.decode()


def test_nobody_else_finds_the_question(client: Client, waiting_order: Order) -> None:
    url = reverse("answer_question", args=[waiting_order.reference])
    assert client.get(url).status_code == 302
    client.force_login(manager("other@place.example"))
    assert client.get(url).status_code == client.post(url, {"answer": "Me"}).status_code == 404


def test_an_officer_asks_on_the_workbench_and_reads_the_answer_there(client: Client) -> None:
    check, asha = waiting_check(now=timezone.now()), officer("Asha Patel")
    client.force_login(asha)
    queue = "/admin/verification/manualcheck/"
    work = f"{queue}{check.pk}/work/"
    refused = client.post(work, {"do": "ask", "note": "Rang, no reply"})
    assert "Enter the question to the provider" in refused.content.decode()
    assert "must start with" in client.post(work, {"do": "ask", "question": "=1+1"}).content.decode()
    client.post(work, {"do": "ask", "question": TEXT, "note": "Rang, no reply"})

    order = Order.objects.get(pk=check.order_id)
    assert order.state == State.AWAITING_PROVIDER
    client.get(queue)
    assert order.reference not in client.get(queue).content.decode()
    waiting = client.get(f"{queue}?queue=provider").content.decode()
    assert order.reference in waiting
    assert "waiting for the provider" in waiting
    page = client.get(work).content.decode()
    assert "Not answered yet" in page
    assert "Go on without an answer" in page
    assert 'value="approve"' not in page

    answer_question(order=order, text="The <b>one</b> in Exeter", actor=Actor.user(order.account), now=timezone.now())
    page = client.get(work).content.decode()
    assert "The &lt;b&gt;one&lt;/b&gt; in Exeter" in page
    assert "Rang, no reply" in page
    assert "The provider has answered" in client.get(queue).content.decode()


def test_an_officer_goes_on_without_an_answer_on_the_workbench(client: Client, waiting_order: Order) -> None:
    check = open_check(waiting_order)
    client.force_login(officer())
    url = f"/admin/verification/manualcheck/{check.pk}/call-back/"
    assert client.get(url).status_code == 405
    client.post(url)
    waiting_order.refresh_from_db()
    assert waiting_order.state == State.CHECKING
    client.force_login(waiting_order.account)
    assert client.post(url).status_code in (302, 403)
