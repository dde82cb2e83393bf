"""Every state of the pages about checks: accessible, silent and no wider than the page, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.outbox.models import OutboxMessage
from badgeportal.outbox.sealing import unseal
from orders.drafts import save_answers
from orders.models import Order
from tests.browser.looking import looked_at, silent_console
from tests.factories.user import PASSWORD
from tests.journeys import stocked
from tests.verification.worlds import (
    FOUND,
    a_head_office,
    a_listing,
    assessed,
    cqc_order,
    manager,
    officer,
    open_check,
    other_order,
    waiting_check,
)
from verification.checking.claiming import claim_check
from verification.checking.deciding import approve_check, refuse_check
from verification.inbox_links import ask_listed_inbox
from verification.models import ManualCheck, RefusalReason

pytestmark = pytest.mark.browser

QUEUE = "/admin/verification/manualcheck/"


@pytest.fixture
def signed_in(page: Page) -> Callable[[User], Page]:
    def sign_in(user: User) -> Page:
        page.goto("/account/login/")
        page.get_by_label("Email address").fill(user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")
        return page

    return sign_in


def looks_right(page: Page, path: str, heading: str, *, wide_tables: bool = False) -> None:
    with silent_console(page) as messages:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))
    assert messages == []
    assert looked_at(page, f"check{path.replace('/', '-')[:60]}", standard_only=path.startswith("/admin/")) == []


def order_page(order: Order) -> str:
    return reverse("order_detail", args=[order.reference])


def test_is_this_your_organisation(signed_in: Callable[[User], Page]) -> None:
    stocked()
    account = manager()
    page = signed_in(account)
    one = a_listing(name="Lucerne House Nursing Home and Day Centre", provider_name="Lucerne Care Limited")
    a_listing(code="VN6C2", provider_id=one.provider_id, name="Geneva Lodge", town="Torquay")
    a_head_office(code="A1X2", provider_id=one.provider_id)
    for code, heading in (
        ("VLLWV", "Is this your organisation"),
        ("A1X2", "Which of these is your organisation"),
        ("VZZZZ", "We cannot find this ODS code"),
    ):
        save_answers(account=account, answers={"cqc_registered": True, "ods_code": code}, now=timezone.now())
        looks_right(page, "/order/your-organisation/", heading)
        if code == "VZZZZ":
            page.get_by_label("name of your organisation").fill("")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
        assert looked_at(page, "check-1") == []


def test_what_did_not_match_and_what_to_do(signed_in: Callable[[User], Page]) -> None:
    a_listing(emails=("office@lucerne.example",))
    account, now = manager(), timezone.now()
    order = assessed(cqc_order(account, now=now), now=now)
    page = signed_in(account)
    looks_right(page, order_page(order), order.reference)
    looks_right(page, reverse("correct_ods_code", args=[order.reference]), "Correct the ODS code")
    looks_right(page, reverse("send_listed_inbox_link", args=[order.reference]), "Send a link")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("You last asked for a link")).to_be_visible()
    assert looked_at(page, "check-2") == []


def test_a_refusal(signed_in: Callable[[User], Page]) -> None:
    check = waiting_check(now=timezone.now())
    refuse_check(
        check_id=check.pk,
        officer=officer(),
        reason=RefusalReason.ADDRESS_NOT_CONFIRMED,
        evidence=FOUND,
        now=timezone.now(),
    )
    page = signed_in(check.order.account)
    looks_right(page, order_page(check.order), check.order.reference)


def test_the_listed_inbox(page: Page) -> None:
    a_listing(emails=("office@lucerne.example",))
    now = timezone.now()
    order = assessed(cqc_order(now=now), now=now)
    ask_listed_inbox(order=order, actor=Actor.user(order.account), now=now)
    sealed: Any = OutboxMessage.objects.get(template="listed_inbox_link").sealed_payload
    link = re.sub(r"^https?://[^/]+", "", unseal(sealed)["context"]["link"])
    looks_right(page, link, "Did your organisation order")
    page.get_by_role("button", name="Yes, our organisation ordered").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for confirming")
    assert looked_at(page, "check-3") == []
    looks_right(page, link, "confirmed already")


def test_the_queue_and_the_workbench(signed_in: Callable[[User], Page]) -> None:
    now = timezone.now()
    a_listing(name="Lucerne House", emails=("office@lucerne.example", "manager.of.the.home@lucerne-house.example"))
    account = manager()
    assessed(other_order(account, quantity=8, now=now), now=now)
    free = open_check(assessed(cqc_order(account, now=now, postcode="EX2 8TU"), now=now))
    held, decided = (waiting_check(now=now, phone=f"+44161234567{number}") for number in (1, 2))
    ben = officer("Ben Okoro")
    claim_check(check_id=held.pk, officer=ben, now=now)
    approve_check(check_id=decided.pk, officer=ben, evidence=FOUND, now=now)
    page = signed_in(officer("Asha Patel"))
    looks_right(page, QUEUE, "Manual checks")
    for check in (free, held, decided):
        looks_right(page, f"{QUEUE}{check.pk}/work/", check.order.reference)
    page.goto(f"{QUEUE}{free.pk}/work/")
    page.get_by_role("button", name="Approve the order").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    assert looked_at(page, "check-4", standard_only=True) == []
    page.get_by_role("button", name="Refuse: choose a reason").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Refuse order"))
    assert looked_at(page, "check-5", standard_only=True) == []
    assert ManualCheck.objects.get(pk=free.pk).is_open
