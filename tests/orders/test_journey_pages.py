"""The order through its pages: one question each, saved as you go, never twice, nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Portal
from orders.drafts import open_draft
from orders.models import Order, OrderDraft
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import finished_draft, placed_order, stocked
from tests.orders.pages import ANSWERS, answer, answer_all, hidden, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    stocked(1000)
    return UserFactory(organisation="Sunrise", phone="")


@pytest.fixture
def provider(client, account) -> Client:
    client.force_login(account)
    return client


def check_page(client: Client):
    return client.get(reverse("order_check"))


def place(client: Client, page=None):
    return client.post(reverse("order_check"), hidden(page or check_page(client)))


def test_an_order_from_the_first_question_to_the_confirmation(provider, account):
    assert provider.get(reverse("order")).url == reverse("order_cqc")
    answer_all(provider)
    page = check_page(provider)
    for shown in ("Sunrise Day Centre", "Megan Ŵyn-Jones", "Rose Cottage Care Home", "LS1 4AP", "10"):
        assert shown in text_of(page)
    response = place(provider, page)
    order = Order.objects.get(account=account)
    assert response.url == reverse("order_placed", args=[order.reference])
    placed = text_of(provider.get(response.url))
    assert order.reference in placed
    assert "What happens next" in placed


def test_every_answer_can_be_changed_and_leads_back_to_the_check_page(provider):
    answer_all(provider)
    page = check_page(provider).content.decode()
    for name in ("order_cqc", "order_organisation", "order_quantity", "order_delivery"):
        assert f'href="{reverse(name)}?change=1"' in page
        assert answer(provider, name, query="?change=1").url == reverse("order_check")


def test_a_changed_answer_that_opens_a_question_asks_it_and_then_leads_back(provider):
    answer_all(provider)
    response = answer(provider, "order_quantity", query="?change=1", quantity="26")
    assert response.url == f"{reverse('order_phone')}?change=1"
    assert "more than 25 badges" in text_of(provider.get(response.url))
    assert answer(provider, "order_phone", query="?change=1").url == reverse("order_check")
    assert "0161 496 0123" in text_of(check_page(provider))


def test_the_phone_is_asked_of_those_who_said_registered_first(provider, account):
    for said in ("yes", "no"):
        answer(provider, "order_cqc", cqc_registered=said)
    answer(provider, "order_organisation")
    assert answer(provider, "order_quantity", quantity="3").url == reverse("order_phone")
    assert "first told us" in text_of(provider.get(reverse("order_phone")))
    assert open_draft(account).changed_cqc_answer


def test_a_later_page_leads_to_the_first_gap(provider):
    for name in ("order_quantity", "order_delivery", "order_check", "order_ods_code", "order_your_organisation"):
        assert provider.get(reverse(name)).url == reverse("order_cqc")
    answer(provider, "order_cqc")
    for name in ("order_quantity", "order_ods_code", "order_phone", "order_check"):
        assert provider.get(reverse(name)).url == reverse("order_organisation")


def test_back_links_lead_to_the_question_before(provider):
    answer_all(provider)
    expected = {
        "order_cqc": "start",
        "order_organisation": "order_cqc",
        "order_quantity": "order_organisation",
        "order_delivery": "order_quantity",
        "order_check": "order_delivery",
    }
    for name, before in expected.items():
        assert provider.get(reverse(name)).context["back_url"] == reverse(before)
    assert provider.get(f"{reverse('order_quantity')}?change=1").context["back_url"] == reverse("order_check")


def test_pages_show_what_was_answered_before(provider):
    answer_all(provider)
    assert 'value="no" checked' in " ".join(provider.get(reverse("order_cqc")).content.decode().split())
    assert 'value="Sunrise Day Centre"' in provider.get(reverse("order_organisation")).content.decode()
    assert 'value="Megan Ŵyn-Jones"' in provider.get(reverse("order_delivery")).content.decode()


def test_a_draft_is_taken_up_again_on_another_device(provider, account):
    answer(provider, "order_cqc")
    answer(provider, "order_organisation")
    other = Client()
    other.force_login(account)
    assert other.get(reverse("order")).url == reverse("order_quantity")
    assert "Go on with your order" in text_of(other.get(reverse("your_orders")))


def test_two_submits_of_one_check_page_are_one_order(provider, account):
    answer_all(provider)
    page = check_page(provider)
    assert place(provider, page).url == place(provider, page).url
    assert Order.objects.filter(account=account).count() == 1


def test_going_back_after_placing_leads_to_the_order_and_not_to_a_second_one(provider, account):
    answer_all(provider)
    placed = place(provider).url
    for name in ("order_check", "order_delivery", "order_quantity"):
        assert provider.get(reverse(name)).url == placed
    assert not OrderDraft.objects.open().exists()


def test_a_page_of_another_tab_sent_after_placing_changes_nothing(provider, account):
    answer_all(provider)
    tab = provider.get(reverse("order_quantity"))
    place(provider)
    order = Order.objects.get(account=account)
    response = provider.post(reverse("order_quantity"), {"quantity": "500"} | hidden(tab), follow=True)
    assert response.redirect_chain[-1][0] == reverse("order_detail", args=[order.reference])
    assert "already placed this order" in text_of(response)
    assert (Order.objects.get().quantity, OrderDraft.objects.open().count()) == (10, 0)


def test_answers_changed_in_another_tab_are_shown_again_before_placing(provider, account):
    answer_all(provider)
    old_tab = check_page(provider)
    answer(provider, "order_quantity", query="?change=1", quantity="12")
    response = place(provider, old_tab)
    assert response.status_code == 200
    assert "changed in another tab" in text_of(response)
    assert not Order.objects.exists()
    assert place(provider, response).status_code == 302
    assert Order.objects.get().quantity == 12


def test_another_order_can_be_begun_after_the_first(provider, account):
    for _ in range(2):
        answer_all(provider)
        place(provider)
    assert Order.objects.filter(account=account).count() == 2


def test_a_double_click_on_the_first_page_makes_one_draft(provider):
    for _ in range(2):
        provider.post(reverse("order_cqc"), ANSWERS["order_cqc"] | {"draft": ""})
    assert OrderDraft.objects.count() == 1


def test_a_closed_portal_says_so_and_keeps_the_draft(provider, account):
    answer_all(provider)
    page = check_page(provider)
    Portal.objects.update(ordering_closes_at=timezone.now() - timedelta(minutes=1))
    for response in (provider.get(reverse("order")), check_page(provider), place(provider, page)):
        assert "Ordering is closed" in text_of(response)
        assert "We have kept your answers" in text_of(response)
    assert not Order.objects.exists()
    Portal.objects.update(ordering_closes_at=None)
    assert place(provider).status_code == 302


def test_out_of_stock_says_so_and_keeps_the_draft(provider, account):
    answer_all(provider)
    page = check_page(provider)
    placed_order(quantity=1000)
    for response in (provider.get(reverse("order")), check_page(provider), place(provider, page)):
        assert "out of stock" in text_of(response)
    assert open_draft(account).quantity == 10
    stocked(500)
    assert place(provider).status_code == 302


def test_an_answer_typed_while_the_last_badges_went_is_kept(provider, account):
    answer(provider, "order_cqc")
    answer(provider, "order_organisation")
    page = provider.get(reverse("order_quantity"))
    placed_order(quantity=1000)
    provider.post(reverse("order_quantity"), {"quantity": "7"} | hidden(page))
    assert open_draft(account).quantity == 7


def test_too_few_left_at_the_end_says_how_many_and_where_to_change(provider):
    answer_all(provider)
    page = check_page(provider)
    placed_order(quantity=996)
    response = place(provider, page)
    assert "Only 4 badges are available now" in text_of(response)
    assert f'href="{reverse("order_quantity")}?change=1"' in response.content.decode()
    assert answer(provider, "order_quantity", query="?change=1", quantity="4").url == reverse("order_check")
    assert place(provider).status_code == 302


def test_somebody_elses_draft_cannot_be_placed(provider):
    other = finished_draft()
    response = provider.post(reverse("order_check"), {"draft": str(other.pk), "version": other.version})
    assert response.url == reverse("order")
    assert not Order.objects.exists()


@pytest.mark.parametrize("forged", [{}, {"draft": "x", "version": "1"}, {"version": "none"}])
def test_a_forged_submit_shows_the_answers_again(provider, forged):
    answer_all(provider)
    response = provider.post(reverse("order_check"), forged)
    assert response.status_code == 200
    assert not Order.objects.exists()


def test_a_submit_without_version_is_one_whose_answers_changed(provider, account):
    answer_all(provider)
    response = provider.post(reverse("order_check"), {"draft": str(open_draft(account).pk), "version": "½"})
    assert "changed in another tab" in text_of(response)


def test_the_final_submit_takes_at_most_sixteen_statements(provider):
    answer_all(provider)
    page = check_page(provider)
    with CaptureQueriesContext(connection) as captured:
        assert place(provider, page).status_code == 302
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK", "SET")
    statements = [query["sql"] for query in captured if not query["sql"].upper().startswith(control)]
    assert len(statements) <= 16, "\n".join(statements)


def test_the_courier_pages_and_places_outside_england_are_told_and_never_refused(provider):
    answer_all(provider, order_delivery={"postcode": "JE2 3AB"})
    assert "may be outside England, so a person will check" in text_of(check_page(provider))
    assert place(provider).status_code == 302


def test_pages_are_not_kept_by_browsers(provider):
    answer_all(provider)
    assert "no-store" in check_page(provider).headers["Cache-Control"]


def test_staff_who_come_to_a_question_are_sent_to_their_work(client):
    stocked(1000)
    staff = StaffFactory()
    client.force_login(staff)
    for name in ("order", "order_cqc", "order_check"):
        assert client.get(reverse(name)).url == reverse("admin:index")
        assert client.post(reverse(name), ANSWERS.get(name, {})).url == reverse("admin:index")
    assert not OrderDraft.objects.exists()


def test_a_question_that_is_not_asked_takes_no_answer(provider, account):
    """The name of a place on the register comes from the register, and no other page can change it."""
    answer_all(provider)
    draft = open_draft(account)
    provider.post(reverse("order_cqc"), {"cqc_registered": "yes", "draft": str(draft.pk)})

    response = provider.post(
        reverse("order_organisation"),
        {"organisation_name": "Another Name", "organisation_type": "charity", "draft": str(draft.pk)},
    )

    assert response.url == reverse("order_ods_code")
    draft.refresh_from_db()
    assert (draft.organisation_name, draft.organisation_type) == ("Sunrise Day Centre", "day_service")
