"""Links to listed inboxes and the words of questions go after their periods; that they were, and the decision, stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from badgeportal.actor import Actor
from orders.models import Order
from tests.accounts.your_data.steps import restricted
from tests.verification.worlds import FOUND, NOW, a_listing, assessed, cqc_order, later, officer, waiting_check
from verification.checking.asking import answer_question, ask_provider
from verification.checking.claiming import claim_check
from verification.checking.deciding import approve_check
from verification.inbox_links import ask_listed_inbox
from verification.models import ListedInboxLink, Question
from verification.retention import sweep_links_and_questions
from verification.tasks import sweep_links_and_questions as task

pytestmark = pytest.mark.django_db


def a_link() -> Order:
    a_listing(emails=("office@lucerne.example",))
    order = assessed(cqc_order())
    ask_listed_inbox(order=order, actor=Actor.user(order.account), now=NOW)
    return order


@pytest.mark.planted_fault("verification.sweep_links_and_questions")
def test_a_link_goes_some_time_after_it_stopped_working() -> None:
    a_link()
    gone = ListedInboxLink.objects.get().expires_at + timedelta(days=settings.INBOX_LINK_DAYS)

    assert sweep_links_and_questions(now=gone) == 0
    assert sweep_links_and_questions(now=gone + timedelta(seconds=1)) == 1
    assert not ListedInboxLink.objects.exists()
    assert task() == 0


def test_what_a_restricted_person_may_need_is_kept() -> None:
    restricted(a_link().account)
    assert sweep_links_and_questions(now=later(days=1000)) == 0
    assert ListedInboxLink.objects.exists()


def test_words_of_a_question_go_some_time_after_the_decision() -> None:
    check, clerk = waiting_check(), officer()
    claim_check(check_id=check.pk, officer=clerk, now=NOW)
    ask_provider(check_id=check.pk, officer=clerk, text="Which home, Ann?", evidence=FOUND, now=NOW)
    answer_question(order=check.order, text="The blue one", actor=Actor.user(check.order.account), now=NOW)
    # As long as nobody has decided, the officer reads it, however old it is.
    assert sweep_links_and_questions(now=later(days=1000)) == 0
    approve_check(check_id=check.pk, officer=clerk, evidence=FOUND, now=NOW)
    gone = NOW + timedelta(days=settings.QUESTION_DAYS_KEPT)

    assert sweep_links_and_questions(now=gone) == 0
    assert sweep_links_and_questions(now=gone + timedelta(seconds=1)) == 1
    assert sweep_links_and_questions(now=gone + timedelta(seconds=1)) == 0

    question = Question.objects.get()
    assert (question.text, question.answer, question.answered_at) == ("", "", NOW)
    check.refresh_from_db()
    assert check.decision == "approved"
