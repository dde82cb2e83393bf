"""Orders in the admin: found by what people say on the phone, looked at on record, changed by those who may."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import ADMIN_ROLES, CUSTOMER_SERVICE, FULFILMENT_OFFICER, PORTAL_MANAGER, VERIFICATION_OFFICER
from badgeportal.admin_search import TYPED
from badgeportal.audit.models import AuditEvent
from orders import search
from orders.models import Order
from orders.models.order import Hold
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import DELIVERY, order_at, placed_order
from tests.searching import search_list

pytestmark = pytest.mark.django_db
LIST = "admin:orders_order_changelist"


@pytest.fixture
def officer():
    return StaffFactory(role=CUSTOMER_SERVICE)


@pytest.fixture
def desk(client, officer):
    """The browser of customer service."""
    client.force_login(officer)
    return client


def page_of(order: Order, name: str = "change") -> str:
    return reverse(f"admin:orders_order_{name}", args=[order.pk])


def listed(response) -> list[Order]:
    return list(response.context["cl"].result_list)


@pytest.mark.parametrize(
    "typed",
    [
        "{order.reference}", "{bare}", " ls14ap ", "LS1 4AP", "{order.account.email}", "SUNRISE", "sunrise day",
    ],
)  # fmt: skip
def test_an_order_is_found_by_what_people_say(desk, typed):
    order = placed_order()
    placed_order(organisation_name="Other Place", postcode="M1 1AE")
    typed = typed.format(order=order, bare=order.reference.removeprefix("CARE-").replace("-", "").lower())
    assert listed(search_list(desk, reverse(LIST), typed)) == [order]


def test_a_later_app_adds_what_it_knows_an_order_by(desk, monkeypatch):
    monkeypatch.setattr(search, "_FINDERS", [])
    order = placed_order()
    placed_order()
    search.also_find_by(lambda typed: [order.pk] if typed == "L2987877" else [])
    assert listed(search_list(desk, reverse(LIST), "L2987877")) == [order]
    assert listed(search_list(desk, reverse(LIST), "L0000000")) == []


@pytest.mark.parametrize("query", ["", "?state__exact=placed"])
def test_the_list_takes_a_bounded_number_of_statements(desk, django_assert_max_num_queries, query):
    for _ in range(30):
        placed_order()
    with django_assert_max_num_queries(15):
        assert len(listed(desk.get(reverse(LIST) + query))) == 30


def test_a_search_takes_a_bounded_number_of_statements(desk, django_assert_max_num_queries):
    for _ in range(30):
        placed_order()
    found = desk.post(reverse(LIST), {TYPED: "LS1 4AP"}).url
    with django_assert_max_num_queries(15):
        assert len(listed(desk.get(found))) == 30


def test_looking_at_orders_is_recorded(desk, officer):
    order, other = placed_order(), placed_order()
    desk.get(page_of(order))
    desk.get(reverse(LIST))
    desk.get(page_of(order, "address"))
    seen = AuditEvent.objects.filter(kind="personal_page_seen", actor=f"user:{officer.pk}").order_by("pk")
    assert next((event.subject_id, event.details["page"]) for event in seen) == (str(order.pk), "admin:order_page")
    listed = [event for event in seen if event.details["page"] == "admin:order_list"]
    assert [set(event.details["ids"]) for event in listed] == [{str(order.pk), str(other.pk)}]
    assert set(AuditEvent.objects.seen("orders.order", [other.pk])) == set(listed)
    assert [event.subject_id for event in seen if event.details["page"] == "admin:order_address"] == [str(order.pk)]


def test_the_page_shows_the_order_with_its_history_and_nothing_to_type(desk):
    order = order_at("verified")
    html = desk.get(page_of(order)).content.decode()
    for shown in (order.reference, order.account.email, "Megan Ŵyn-Jones", "Ordered", "Verified without a person"):
        assert shown in html
    assert 'name="recipient_name"' not in html
    assert 'name="_save"' not in html


def test_an_order_cannot_be_added_or_deleted_in_the_admin(desk):
    order = placed_order()
    assert desk.get(reverse("admin:orders_order_add")).status_code == 403
    assert desk.post(page_of(order, "delete"), {"post": "yes"}).status_code == 403
    desk.post(page_of(order), {"recipient_name": "Somebody Else"})
    order.refresh_from_db()
    assert order.recipient_name == "Megan Ŵyn-Jones"


def test_customer_service_cancels_with_a_reason(desk, officer):
    order = placed_order()
    assert desk.post(page_of(order, "cancel"), {"reason": ""}).status_code == 422
    response = desk.post(page_of(order, "cancel"), {"reason": "duplicate"}, follow=True)
    assert f"{order.reference} is cancelled." in response.content.decode()
    event = order.events.last()
    assert (event.kind, event.reason, event.actor) == ("cancel", "duplicate", f"user:{officer.pk}")


def test_a_second_cancel_is_told_and_changes_nothing(desk):
    order = placed_order()
    for _ in range(2):
        response = desk.post(page_of(order, "cancel"), {"reason": "duplicate"}, follow=True)
    assert "Nothing was changed" in response.content.decode()
    assert order.events.filter(kind="cancel").count() == 1


def test_customer_service_holds_and_lifts(desk):
    order = placed_order()
    desk.post(page_of(order, "hold"), {"sure": "1"})
    order.refresh_from_db()
    assert order.hold == Hold.OFFICER
    assert "Lift the hold" in desk.get(page_of(order)).content.decode()
    desk.post(page_of(order, "lift_hold"), {"sure": "1"})
    order.refresh_from_db()
    assert order.hold == ""


def test_customer_service_corrects_an_address(desk):
    order = placed_order()
    desk.post(page_of(order, "address"), DELIVERY | {"address_line_1": "x" * 60})
    order.refresh_from_db()
    assert order.address_line_1 == DELIVERY["address_line_1"]
    response = desk.post(page_of(order, "address"), DELIVERY | {"address_line_1": "14 Station Road"}, follow=True)
    assert "has its corrected address" in response.content.decode()
    order.refresh_from_db()
    assert order.address_line_1 == "14 Station Road"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("placed", ""),
        ("verified", "it goes back to be checked at the new address before we pack it"),
        ("returned", "once you choose to send it again"),
    ],
)
def test_the_page_says_beforehand_whether_another_address_is_checked_again(desk, state, sentence):
    order = order_at(state)
    page = desk.get(page_of(order, "address")).content.decode()
    assert (sentence or "only at the word of the provider") in page
    assert ("If you change line 1 of the address or the postcode" in page) == bool(sentence)


@pytest.mark.parametrize(("line_1", "state"), [("14 Station Road", "placed"), (DELIVERY["address_line_1"], "verified")])
def test_staff_are_told_when_their_correction_sends_the_order_back(desk, line_1, state):
    order = order_at("verified")
    response = desk.post(
        page_of(order, "address"), DELIVERY | {"address_line_1": line_1, "county": "Yorks"}, follow=True
    )
    order.refresh_from_db()
    assert (order.state, order.county) == (state, "Yorks")
    assert ("so the order went back to be checked" in response.content.decode()) == (state == "placed")


MAY = {
    VERIFICATION_OFFICER: set(),
    FULFILMENT_OFFICER: {"address"},
    CUSTOMER_SERVICE: {"cancel", "hold", "address"},
    PORTAL_MANAGER: {"cancel", "hold", "address"},
}


@pytest.mark.parametrize("role", ADMIN_ROLES)
def test_each_role_does_what_it_may_and_no_more(client, role):
    client.force_login(StaffFactory(role=role))
    order = placed_order()
    tools = client.get(page_of(order)).context["object_tools"]
    assert {address.rstrip("/").split("/")[-1] for address, _ in tools} == MAY[role]
    for name in ("cancel", "hold", "lift_hold", "address"):
        allowed = name.replace("lift_hold", "hold") in MAY[role]
        assert client.get(page_of(order, name)).status_code == (200 if allowed else 403)
        if not allowed:
            assert client.post(page_of(order, name), {"reason": "duplicate"}).status_code == 403
    order.refresh_from_db()
    assert (order.state, order.hold) == ("placed", "")


def test_a_provider_has_no_way_in(client):
    order = placed_order()
    client.force_login(UserFactory())
    for url in (reverse(LIST), page_of(order), page_of(order, "cancel")):
        assert client.get(url).status_code in (302, 403)
        assert order.recipient_name not in client.get(url).content.decode()
