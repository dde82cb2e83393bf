"""The pages after placing at a desk and on a phone: accessible, silent, no wider than the screen, and used without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import PORTAL_MANAGER
from badgeportal.actor import Actor
from orders.drafts import save_answers
from orders.models import Order, OrderProblem
from orders.problems import answer_problem, report_problem
from tests.browser.looking import silent_console
from tests.factories.user import StaffFactory
from tests.journeys import order_at, stocked
from tests.orders.test_pages_in_a_browser import look, signed_in
from tests.verification.worlds import FOUND, officer, waiting_check
from verification.checking.asking import answer_question, ask_provider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
LONG = "Is this the place?\n- " + "w" * 300


def asked_order() -> Order:
    check = waiting_check(now=timezone.now())
    ask_provider(check_id=check.pk, officer=officer(), text=LONG, evidence=FOUND, now=timezone.now())
    return Order.objects.get(pk=check.order_id)


def problem_of(order: Order) -> OrderProblem:
    actor = Actor.user(order.account)
    return report_problem(order=order, kind=OrderProblem.Kind.DAMAGED, text=LONG, actor=actor, now=timezone.now())


def look_at(page, addresses: dict[str, str], *, press: str = "") -> list[str]:
    found: list[str] = []
    for name, address in addresses.items():
        with silent_console(page) as messages:
            page.goto(address)
            if press:
                for box in page.get_by_role("textbox").all():
                    box.fill("")
                page.locator("main form button").first.click()
                # The click does not wait for the page that answers it.
                expect(page, name).to_have_title(re.compile("^Error: "))
        found += [*messages, *look(page, f"{name}{'-error' if press else ''}")]
    return found


def test_the_pages_of_the_provider_can_be_read_by_everybody(page, client, live_server):
    stocked(5000)
    order = asked_order()
    delivered, told = order_at("delivered", order.account), order_at("verified", order.account)
    done = problem_of(delivered)
    answer_problem(
        problem=done, answer=LONG, outcome=OrderProblem.Outcome.SOLVED, officer=StaffFactory(), now=timezone.now()
    )
    problem_of(told)
    signed_in(page, client, live_server, order.account)
    at = {"answer": reverse("answer_question", args=[order.reference])}
    at |= {"address": reverse("order_address", args=[told.reference])}
    at |= {"problem": reverse("order_problem", args=[delivered.reference])}
    rest = {"again": reverse("order_again", args=[delivered.reference])}
    rest |= {
        name: reverse("order_detail", args=[one.reference])
        for name, one in (("asked", order), ("answered-problem", delivered), ("told-problem", told))
    }
    found = look_at(page, at | rest) + look_at(page, at, press="Send")
    save_answers(account=order.account, answers={"cqc_registered": True}, now=timezone.now())
    found += look_at(page, {"again-replacing": rest["again"]})
    assert found == []


def test_the_pages_for_staff_can_be_read_by_everybody(page, client, live_server):
    stocked(5000)
    order, waiting = asked_order(), asked_order()
    answer_question(order=order, text=LONG, actor=Actor.user(order.account), now=timezone.now())
    problem = problem_of(order)
    signed_in(page, client, live_server, StaffFactory(role=PORTAL_MANAGER))
    one, check = "admin:orders_orderproblem_", "admin:verification_manualcheck_work"
    found = look_at(
        page,
        {
            "problems": reverse(one + "changelist"),
            "staff-problem": reverse(one + "change", args=[problem.pk]),
            "staff-problem-answer": reverse(one + "answer", args=[problem.pk]),
            "workbench-answered": reverse(check, args=[order.manual_checks.get().pk]),
            "workbench-asked": reverse(check, args=[waiting.manual_checks.get().pk]),
            "queue-provider": reverse("admin:verification_manualcheck_changelist") + "?queue=provider",
        },
    )
    assert found == []


def test_everything_works_without_javascript(browser, browser_context_args, client, live_server):
    stocked(5000)
    order = asked_order()
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    signed_in(page, client, live_server, order.account)
    here = reverse("order_detail", args=[order.reference])
    page.goto(here)
    page.get_by_role("button", name="Answer the question").click()
    page.get_by_label("Your answer").fill("Yes, it is")
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_role("link", name="Change the delivery address").click()
    page.get_by_label("Address line 1").fill("99 New Road")
    page.get_by_role("button", name="Save the address").click()
    page.get_by_role("link", name="Tell us that something is wrong").click()
    page.get_by_label("Something else").check()
    page.get_by_label("Tell us more").fill("I am away on Friday")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("link", name="Order again with the same answers").click()
    page.get_by_role("button", name="Use these answers").click()
    page.wait_for_url("**/order/quantity/")
    order.refresh_from_db()
    assert (order.state, order.address_line_1, order.problems.count()) == ("checking", "99 New Road", 1)
    context.close()
