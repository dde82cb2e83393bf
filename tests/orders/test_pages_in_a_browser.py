"""Every page of orders at a desk and on a phone: accessible, silent on the console, no wider than the screen; and the
things that only a browser does: going back, clicking twice, and doing without JavaScript.
"""

from __future__ import annotations

import re

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Portal
from accounts.roles import PORTAL_MANAGER
from orders.lifecycle import State
from orders.models import Order, OrderDraft
from tests.browser.looking import looked_at, next_page, silent_console
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import DELIVERY, finished_draft, order_at, placed_order, stocked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def signed_in(page, client, live_server, account) -> None:
    client.force_login(account)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def look(page, name: str) -> list[str]:
    """What is wrong with the page as it is now, at both widths."""
    return looked_at(page, f"orders-{name}", standard_only="/admin/" in page.url)


def test_every_page_of_an_order_can_be_read_by_everybody(page, client, live_server):
    account = UserFactory()
    stocked(5000)
    orders = {state: order_at(state, account) for state in State}
    for _ in range(14):
        placed_order(account)
    finished_draft(account, quantity=1200, postcode="CH1 4AA", organisation_name="ŷ" * 100, recipient_name="Siân " * 5)
    signed_in(page, client, live_server, account)
    addresses = {
        name: reverse(name)
        for name in (
            "order_cqc",
            "order_organisation",
            "order_quantity",
            "order_phone",
            "order_delivery",
            "order_check",
        )
    }
    addresses |= {state.value: reverse("order_detail", args=[order.reference]) for state, order in orders.items()}
    addresses |= {
        "list": reverse("your_orders"),
        "placed-page": reverse("order_placed", args=[orders[State.VERIFIED].reference]),
        "cancel": reverse("order_cancel", args=[orders[State.VERIFIED].reference]),
    }
    found: list[str] = []
    with silent_console(page) as messages:
        for name, address in addresses.items():
            page.goto(address)
            found += [*messages, *look(page, name)]
            # Axe itself writes to the console.
            messages.clear()
        for name in ("order_cqc", "order_organisation", "order_quantity", "order_phone", "order_delivery"):
            page.goto(addresses[name])
            for box in page.get_by_role("textbox").all():
                box.fill("")
            page.get_by_role("textbox").or_(page.get_by_role("radio")).first.wait_for()
            page.evaluate("document.querySelectorAll('input[type=radio]').forEach(radio => radio.checked = false)")
            page.get_by_role("button", name="Continue").click()
            expect(page).to_have_title(re.compile("^Error: "))
            found += [*messages, *look(page, f"{name}-error")]
            messages.clear()
    assert found == []


def test_the_pages_that_say_no_can_be_read_by_everybody(page, client, live_server):
    account = UserFactory()
    stocked(10)
    finished_draft(account)
    signed_in(page, client, live_server, account)
    placed_order(quantity=10)
    found: list[str] = []
    for name, ordering_open in (("out-of-stock", True), ("closed", False)):
        Portal.objects.update(ordering_open=ordering_open)
        page.goto(reverse("order"))
        found += look(page, name)
    assert found == []


def test_the_pages_for_staff_can_be_read_by_everybody(page, client, live_server):
    stocked(5000)
    order = order_at("verified")
    signed_in(page, client, live_server, StaffFactory(role=PORTAL_MANAGER))
    one, ledger = "admin:orders_order_", "admin:orders_stockmovement_"
    addresses = {
        "orders": reverse(one + "changelist"),
        "order": reverse(one + "change", args=[order.pk]),
        "cancel-order": reverse(one + "cancel", args=[order.pk]),
        "hold-order": reverse(one + "hold", args=[order.pk]),
        "order-address": reverse(one + "address", args=[order.pk]),
        "ledger": reverse(ledger + "changelist"),
        "receive": reverse(ledger + "receive"),
        "correct": reverse(ledger + "correct"),
        "write-off": reverse(ledger + "write_off"),
    }
    found: list[str] = []
    for name, address in addresses.items():
        with silent_console(page) as messages:
            page.goto(address)
        found += [*messages, *look(page, name)]
    assert found == []


def test_going_back_in_the_browser_loses_nothing_and_places_nothing_twice(page, client, live_server):
    account = UserFactory()
    stocked(100)
    finished_draft(account)
    signed_in(page, client, live_server, account)
    page.goto(reverse("order_delivery"))
    with next_page(page):
        page.get_by_role("button", name="Continue").click()
    page.go_back()
    assert page.get_by_label("Address line 1").input_value() == DELIVERY["address_line_1"]
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Place order").click()
    page.wait_for_url("**/placed/")
    placed = page.url
    page.go_back()
    page.wait_for_url(placed)
    page.go_back()
    page.wait_for_url(placed)
    assert Order.objects.count() == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_places_one_order(browser, browser_context_args, client, live_server, javascript):
    account = UserFactory()
    stocked(100)
    finished_draft(account)
    context = browser.new_context(**browser_context_args, java_script_enabled=javascript)
    page = context.new_page()
    signed_in(page, client, live_server, account)
    page.goto(reverse("order_check"))
    page.get_by_role("button", name="Place order").dblclick()
    page.wait_for_url("**/placed/")
    assert (Order.objects.count(), OrderDraft.objects.count()) == (1, 1)
    context.close()
