"""After placing: the same order again, another address, and something that is wrong."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import CUSTOMER_SERVICE, FULFILMENT_OFFICER, VERIFICATION_OFFICER
from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.letters import resolver_of
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.rendering import render
from orders.correcting import change_delivery_address
from orders.drafts import DraftInTheWay, begin_again, save_answers
from orders.holding import hold_order
from orders.lifecycle import UNPACKED_STATES, State
from orders.models import Order, OrderDraft, OrderProblem
from orders.models.order import Hold
from orders.moves import OrderCannotMove
from orders.normalise import address_key
from orders.problems import AnsweredAlready, ToldAlready, answer_problem, report_problem
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import DELIVERY, order_at, placed_order
from tests.orders.pages import hidden, text_of

pytestmark = pytest.mark.django_db
ELSEWHERE = DELIVERY | {"address_line_1": "99 New Road", "address_line_2": "", "postcode": "M1 1AE", "town": "Salford"}


@pytest.fixture
def account():
    return UserFactory()


@pytest.fixture
def provider(client, account):
    client.force_login(account)
    return client


def page(name: str, order: Order) -> str:
    return reverse(name, args=[order.reference])


def mail(key: str, subject: int) -> str:
    return render(key, resolver_of(key)([subject])[subject], reference="mail-1").body


@pytest.mark.parametrize("name", ["order_again", "order_address", "order_problem"])
def test_the_pages_are_for_the_owner_alone(client, name):
    order = placed_order()
    assert client.get(page(name, order)).status_code == 302
    client.force_login(UserFactory())
    assert [client.get(page(name, order)).status_code, client.post(page(name, order)).status_code] == [404, 404]


# The same order again.


def test_an_order_begins_with_the_answers_of_an_old_one_but_for_the_quantity(provider, account):
    order = placed_order(account, organisation_name="Sunrise Day Centre")
    response = provider.post(
        page("order_again", order), hidden_version(provider.get(page("order_again", order))), follow=True
    )
    assert response.redirect_chain[-1][0] == reverse("order_quantity")
    draft = OrderDraft.objects.open().get()
    assert (draft.quantity, draft.organisation_name, draft.postcode) == (None, "Sunrise Day Centre", order.postcode)
    answered = provider.post(
        reverse("order_quantity"), {"quantity": "3"} | hidden(provider.get(reverse("order_quantity")))
    )
    assert answered.status_code == 302
    check = provider.get(reverse("order_check"))
    provider.post(reverse("order_check"), hidden(check))
    again = Order.objects.exclude(pk=order.pk).get()
    assert (again.quantity, again.address_key) == (3, order.address_key)


def hidden_version(response) -> dict[str, str]:
    return {"replacing": response.content.decode().split('name="replacing" value="')[1].split('"')[0]}


def test_an_order_that_was_begun_is_replaced_only_when_the_person_says_so(provider, account):
    order = placed_order(account)
    empty = hidden_version(provider.get(page("order_again", order)))
    save_answers(account=account, answers={"cqc_registered": True, "ods_code": "VLLWV"}, now=timezone.now())
    asked = provider.post(page("order_again", order), empty)
    assert asked.status_code == 409
    assert "Its answers will be replaced" in text_of(asked)
    assert OrderDraft.objects.open().get().ods_code == "VLLWV"
    provider.post(page("order_again", order), hidden_version(asked))
    draft = OrderDraft.objects.open().get()
    assert (draft.ods_code, draft.organisation_name) == ("", order.organisation_name)
    # It said CQC registered first; replacing the draft does not hide that.
    assert draft.changed_cqc_answer is True


def test_a_draft_changed_since_is_not_replaced(account):
    order = placed_order(account)
    draft = save_answers(account=account, answers={"cqc_registered": False}, now=timezone.now())
    with pytest.raises(DraftInTheWay):
        begin_again(order=order, account=account, replacing=draft.version - 1, now=timezone.now())
    begin_again(order=order, account=account, replacing=draft.version, now=timezone.now())


def test_what_an_old_order_said_of_cqc_is_kept(account):
    order = placed_order(account)
    Order.objects.filter(pk=order.pk).update(changed_cqc_answer=True)
    order.refresh_from_db()
    assert begin_again(order=order, account=account, replacing=0, now=timezone.now()).changed_cqc_answer is True


# Another address.


@pytest.mark.parametrize("state", list(State))
def test_the_address_is_changed_until_the_order_is_packed(state, provider, account):
    order = order_at(state, account)
    actor = Actor.user(account)
    shown = "Change the delivery address" in text_of(provider.get(page("order_detail", order)))
    assert shown == (state in UNPACKED_STATES)
    if state not in UNPACKED_STATES:
        with pytest.raises(OrderCannotMove):
            change_delivery_address(order=order, address=ELSEWHERE, actor=actor, now=timezone.now())
        assert "can no longer be changed here" in text_of(provider.get(page("order_address", order), follow=True))
        assert "can no longer be changed here" in text_of(
            provider.post(page("order_address", order), ELSEWHERE, follow=True)
        )
        return
    response = provider.post(page("order_address", order), ELSEWHERE, follow=True)
    assert "We changed the delivery address" in text_of(response)
    order.refresh_from_db()
    assert (order.address_line_1, order.address_key) == ("99 New Road", address_key("99 New Road", "M1 1AE"))
    assert order.state == (State.PLACED if state == State.VERIFIED else state)
    assert order.events.filter(kind="change_address", actor=str(actor)).count() == 1
    assert OutboxMessage.objects.filter(template="order_address_changed", subject_id=order.pk).count() == 1
    assert "You changed the delivery address." in text_of(response)


def test_the_same_address_changes_nothing(account):
    order = order_at("verified", account)
    events = order.events.count()
    assert not change_delivery_address(order=order, address=DELIVERY, actor=Actor.user(account), now=timezone.now())
    order.refresh_from_db()
    assert (order.state, order.events.count()) == (State.VERIFIED, events)


def test_an_order_that_staff_hold_stays_and_a_misfit_is_mended_by_its_provider(provider, account):
    held, misfit = placed_order(account), placed_order(account)
    officer = Actor.user(StaffFactory())
    hold_order(order=held, actor=officer, now=timezone.now())
    hold_order(order=misfit, actor=officer, now=timezone.now(), hold=Hold.ADDRESS_DOES_NOT_FIT)
    with pytest.raises(OrderCannotMove):
        change_delivery_address(order=held, address=ELSEWHERE, actor=Actor.user(account), now=timezone.now())
    assert "customer service is looking at the order" in text_of(provider.get(page("order_address", held), follow=True))
    change_delivery_address(order=misfit, address=ELSEWHERE, actor=Actor.user(account), now=timezone.now())
    # A person lifts the hold.
    assert (misfit.address_line_1, misfit.hold) == ("99 New Road", Hold.ADDRESS_DOES_NOT_FIT)


def test_a_wrong_address_is_told_of(provider, account):
    order = placed_order(account)
    response = provider.post(page("order_address", order), ELSEWHERE | {"postcode": "X", "town": "=1"})
    assert "Enter a full UK postcode" in text_of(response)
    assert "must start with a letter" in text_of(response)
    order.refresh_from_db()
    assert order.postcode == DELIVERY["postcode"]


# Something is wrong.


def told(order: Order, text: str = "Two of them are bent") -> OrderProblem:
    return report_problem(
        order=order, kind=OrderProblem.Kind.DAMAGED, text=text, actor=Actor.user(order.account), now=timezone.now()
    )


def test_a_problem_reaches_customer_service_and_its_answer_the_provider(provider, account, client):
    order = order_at("delivered", account)
    url = page("order_problem", order)
    for typed, sentence in (
        ({"text": "x"}, "Select what is wrong"),
        ({"kind": "damaged"}, "Tell us more about what is wrong"),
        ({"kind": "damaged", "text": "@cmd"}, "must start with"),
    ):
        assert sentence in text_of(provider.post(url, typed))
    response = provider.post(url, {"kind": "damaged", "text": "Two are bent.\r\nSorry!"}, follow=True)
    assert "Customer service has your message" in text_of(response)
    assert "You told us that something is wrong." in text_of(response)
    problem = OrderProblem.objects.get()
    assert "Two are bent." in mail("order_problem_told", problem.pk)
    assert "already has a message" in text_of(provider.get(url, follow=True))
    assert "already has a message" in text_of(provider.post(url, {"kind": "damaged", "text": "More"}, follow=True))

    client.force_login(StaffFactory(role=CUSTOMER_SERVICE))
    listed = client.get(reverse("admin:orders_orderproblem_changelist"))
    assert list(listed.context["cl"].result_list) == [problem]
    change = client.get(reverse("admin:orders_orderproblem_change", args=[problem.pk])).content.decode()
    assert "Two are bent." in change
    assert reverse("admin:orders_order_change", args=[order.pk]) in change
    answer_url = reverse("admin:orders_orderproblem_answer", args=[problem.pk])
    assert client.post(answer_url, {"answer": "", "outcome": ""}).status_code == 422
    client.post(answer_url, {"answer": "Two more are coming.", "outcome": "solved"})
    problem.refresh_from_db()
    assert (problem.outcome, problem.is_open) == ("solved", False)
    assert "Two more are coming." in mail("order_problem_answered", problem.pk)
    assert not list(client.get(reverse("admin:orders_orderproblem_changelist")).context["cl"].result_list)
    again = client.post(answer_url, {"answer": "Other.", "outcome": "solved"}, follow=True)
    assert "A colleague answered this first" in again.content.decode()
    assert AuditEvent.objects.filter(details__page="admin:orderproblem_page", subject_id=str(order.pk)).exists()

    client.force_login(account)
    page_text = text_of(client.get(page("order_detail", order)))
    assert "Two more are coming." in page_text
    assert "Customer service answered you." in page_text
    assert client.get(url).status_code == 200


def test_problems_are_answered_oldest_first_and_once(client):
    first, second = told(placed_order()), told(placed_order())
    officer = StaffFactory(role=CUSTOMER_SERVICE)
    client.force_login(officer)
    assert list(client.get(reverse("admin:orders_orderproblem_changelist")).context["cl"].result_list) == [
        first,
        second,
    ]
    stale = OrderProblem.objects.get(pk=first.pk)
    answer = {"answer": "Yes", "outcome": OrderProblem.Outcome.SOLVED, "officer": officer, "now": timezone.now()}
    answer_problem(problem=first, **answer)
    with pytest.raises(AnsweredAlready):
        answer_problem(problem=stale, **answer)
    with pytest.raises(ToldAlready):
        told(second.order)


@pytest.mark.parametrize(("role", "sees"), [(VERIFICATION_OFFICER, False), (FULFILMENT_OFFICER, True)])
def test_others_answer_nothing(client, role, sees):
    problem = told(placed_order())
    client.force_login(StaffFactory(role=role))
    status = client.get(reverse("admin:orders_orderproblem_change", args=[problem.pk])).status_code
    assert status == (200 if sees else 403)
    assert client.post(reverse("admin:orders_orderproblem_answer", args=[problem.pk])).status_code == 403


def test_nobody_restricted_is_written_to_about_a_problem():
    problem = told(placed_order())
    type(problem.order.account).objects.update(restricted_at=timezone.now())
    assert resolver_of("order_problem_told")([problem.pk]) == {}
