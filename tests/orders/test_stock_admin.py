"""Stock in the admin: the ledger to read, and three ways to change it, each with a reason."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import CUSTOMER_SERVICE, FULFILMENT_OFFICER, PORTAL_MANAGER, VERIFICATION_OFFICER
from orders.models import StockBalance, StockMovement
from tests.factories.user import StaffFactory
from tests.journeys import placed_order, stocked

pytestmark = pytest.mark.django_db
LIST = "admin:orders_stockmovement_changelist"
PAGES = {
    "receive": {"quantity": "500", "reason": "Delivery note 17"},
    "correct": {"counted": "90", "reason": "Count of 3 May"},
    "write_off": {"quantity": "10", "reason": "Water damage"},
}


@pytest.fixture
def officer():
    return StaffFactory(role=FULFILMENT_OFFICER)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def send(client, name: str, **other: str):
    """Open the page and send it as it is, filled in."""
    url = reverse(f"admin:orders_stockmovement_{name}")
    after = client.get(url).context["form"].initial["after"]
    return client.post(url, PAGES[name] | {"after": after} | other, follow=True)


@pytest.mark.parametrize(
    ("name", "on_hand", "change"), [("receive", 600, 500), ("correct", 90, -10), ("write_off", 90, -10)]
)
def test_each_way_writes_the_ledger_and_the_balance(desk, officer, name, on_hand, change):
    stocked(100)
    page = send(desk, name)
    assert StockBalance.current().on_hand == on_hand
    movement = StockMovement.objects.order_by("pk").last()
    assert (movement.on_hand_change, movement.reason) == (change, PAGES[name]["reason"])
    assert movement.actor == f"user:{officer.pk}"
    assert f"{on_hand} badges on the shelf" in page.content.decode()


def test_the_ledger_shows_the_balance_and_what_is_promised(desk):
    stocked(1500)
    order = placed_order(quantity=25)
    html = desk.get(reverse(LIST)).content.decode()
    assert "1,500 badges on the shelf, 25 of them set aside for orders: 1,475 can be ordered." in html
    assert order.reference in html


def test_a_form_sent_twice_counts_once_and_says_so(desk):
    url = reverse("admin:orders_stockmovement_receive")
    posted = PAGES["receive"] | {"after": desk.get(url).context["form"].initial["after"]}
    desk.post(url, posted)
    again = desk.post(url, posted)
    assert again.status_code == 422
    assert "perhaps by this form" in again.content.decode()
    assert StockBalance.current().on_hand == 500


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("receive", {"quantity": "0"}, "must be 1 or more"),
        ("receive", {"quantity": "many"}, "must be a whole number"),
        ("receive", {"reason": " "}, "Enter the reason"),
        ("correct", {"counted": "100"}, "nothing to correct"),
        ("correct", {"counted": "59"}, "Only 40 badges are free"),
        ("write_off", {"quantity": "41"}, "Only 40 badges are free"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(desk, name, typed, sentence):
    stocked(100)
    placed_order(quantity=60)
    before = StockMovement.objects.count()
    response = send(desk, name, **typed)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert (StockMovement.objects.count(), StockBalance.current().on_hand) == (before, 100)


def test_movements_cannot_be_added_changed_or_deleted(desk):
    stocked(100)
    movement = StockMovement.objects.get()
    assert desk.get(reverse("admin:orders_stockmovement_add")).status_code == 403
    assert (
        desk.post(reverse("admin:orders_stockmovement_delete", args=[movement.pk]), {"post": "yes"}).status_code == 403
    )
    desk.post(reverse("admin:orders_stockmovement_change", args=[movement.pk]), {"reason": "another"})
    movement.refresh_from_db()
    assert movement.reason == "Opening delivery"


@pytest.mark.parametrize("role", [FULFILMENT_OFFICER, PORTAL_MANAGER])
def test_stock_is_for_those_who_look_after_it(client, role):
    client.force_login(StaffFactory(role=role))
    assert client.get(reverse(LIST)).status_code == 200
    assert len(client.get(reverse(LIST)).context["object_tools"]) == 3


@pytest.mark.parametrize("role", [CUSTOMER_SERVICE, VERIFICATION_OFFICER])
def test_others_have_no_way_in(client, role):
    client.force_login(StaffFactory(role=role))
    assert client.get(reverse(LIST)).status_code == 403
    for name, typed in PAGES.items():
        url = reverse(f"admin:orders_stockmovement_{name}")
        assert client.get(url).status_code == 403
        assert client.post(url, typed).status_code == 403
    assert not StockMovement.objects.exists()
