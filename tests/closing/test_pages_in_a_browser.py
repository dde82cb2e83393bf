"""The pages that erase people and close the portal: accessible, silent on the console, and no wider than a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.closing import certificate, destroying, finishing
from accounts.closing.destroying import close_portal
from accounts.erasing import erase_people
from accounts.models import ClosingPlan, User
from accounts.roles import CUSTOMER_SERVICE, PORTAL_MANAGER
from badgeportal.actor import Actor
from badgeportal.embedded.folder import Folder
from badgeportal.privacy.models import OpenOrders
from badgeportal.privacy.scanning import ScanResult
from badgeportal.privacy.subject import DataSubject
from tests.accounts.rights.steps import a_complaint, a_request
from tests.browser.looking import faults, is_too_wide, silent_console
from tests.closing import steps
from tests.factories.user import StaffFactory, UserFactory
from tests.fulfilment.steps import sent_batch, verified_order
from tests.journeys import placed_order
from tests.verification.worlds import a_listing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

# Where to leave pictures for a person to look at; none by default.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Any) -> None:
    settings.LOCAL_MAIL_DIR, settings.DATA_DIR, settings.EMBEDDED_FOLDER = (
        tmp_path / "mail",
        tmp_path,
        Folder(tmp_path),
    )


class Looker:
    """Looks at pages at a desk and on a phone, and collects what is wrong."""

    def __init__(self, page: Page, live_server: Any) -> None:
        self._page, self._server = page, live_server
        self.found: list[str] = []

    def signs_in(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        self._page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self._server.url}])

    def looks_at(self, name: str, address: str, *, status: int = 200, send: str = "") -> None:
        """Open `address`; with `send`, press the button of that name as the page stands, to see its errors."""
        page = self._page
        page.set_viewport_size({"width": 1280, "height": 900})
        with silent_console(page) as messages:
            answer = page.goto(address)
            if send:
                page.get_by_role("button", name=send).click()
                page.get_by_role("alert").wait_for()
        assert answer is not None
        assert answer.status == status, address
        # The browser itself notes an answer that is an error.
        self.found += [f"{name}: {text}" for text in messages if "status of" not in text]
        self.found += faults(page)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            if PICTURES:
                page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
            self.found += [f"{name} is wider than {width}"] if is_too_wide(page) else []

    def reads_by_itself(self, text: str) -> None:
        """Wait until the page that is open says `text`, without touching it."""
        expect(self._page.get_by_text(text)).to_be_visible(timeout=20_000)


@pytest.fixture
def looker(page: Page, live_server: Any) -> Iterator[Looker]:
    looking = Looker(page, live_server)
    yield looking
    assert looking.found == []


def test_the_pages_that_erase(looker: Looker) -> None:
    order = verified_order()
    sent_batch()
    person, other = order.account, UserFactory(name="Ann Example")
    placed_order(person)
    a_listing(emails=("office@lucerne.example",))
    receipt = erase_people(
        subject=DataSubject.of_account(other.pk), open_orders=OpenOrders.CANCEL,
        actor=Actor.user(StaffFactory()), now=timezone.now(),
    ).receipt  # fmt: skip
    erase_people(
        subject=DataSubject.of_account(placed_order().account_id), open_orders=OpenOrders.FINISH,
        actor=Actor.user(StaffFactory()), now=timezone.now(),
    )  # fmt: skip
    assert receipt is not None
    looker.signs_in(StaffFactory(role=CUSTOMER_SERVICE))

    erase = reverse("admin:accounts_user_erase", args=[person.pk])
    looker.looks_at("erase-one", erase)
    looker.looks_at("erase-one-errors", erase, send="Erase for good")
    recipient = reverse("admin:fulfilment_consignment_erase_recipient", args=[order.pk])
    looker.looks_at("erase-recipient", recipient)
    looker.looks_at("erase-inbox", reverse("admin:fulfilment_consignment_erase_inbox"))
    looker.looks_at("receipt", reverse("admin:privacy_erasureledgerentry_change", args=[receipt.id]))
    looker.looks_at("receipts", reverse("admin:privacy_erasureledgerentry_changelist"))
    looker.looks_at("erasures-that-wait", reverse("admin:privacy_pendingerasure_changelist"))
    looker.looks_at("limit", reverse("admin:accounts_user_limit", args=[person.pk]))


def test_the_pages_that_plan_the_closing(looker: Looker) -> None:
    first, second = (StaffFactory(role=PORTAL_MANAGER) for _ in range(2))
    looker.signs_in(first)
    looker.looks_at("schedule", reverse("admin:accounts_closingplan_schedule"))
    looker.looks_at("schedule-errors", reverse("admin:accounts_closingplan_schedule"), send="Schedule")
    placed_order()
    a_request(account=UserFactory())
    a_complaint(account=UserFactory())
    plan = steps.scheduled(actor=Actor.user(first))
    looker.looks_at("start-planned", "/")
    looker.looks_at("plan-first-manager", reverse("admin:accounts_closingplan_change", args=[plan.pk]))
    looker.signs_in(second)
    looker.looks_at("plan-scheduled", reverse("admin:accounts_closingplan_change", args=[plan.pk]))
    looker.looks_at("confirm", reverse("admin:accounts_closingplan_confirm", args=[plan.pk]))
    steps.confirm_closing(plan_id=plan.pk, actor=Actor.user(second), now=steps.NOW)
    plan.refresh_from_db()
    steps.moved(plan, destroyed_from=timezone.now() + timedelta(days=2))
    for name in ("change", "settle", "cancel_orders", "backup_key", "dry_run", "call_off"):
        looker.looks_at(f"plan-{name}", reverse(f"admin:accounts_closingplan_{name}", args=[plan.pk]))
    looker.looks_at("closing-confirmed", reverse("closing"))


def test_the_pages_of_a_portal_that_closes(looker: Looker, monkeypatch: pytest.MonkeyPatch) -> None:
    placed_order()
    plan = steps.ready()
    monkeypatch.setattr(destroying, "RUN_FOR", timedelta(0))
    close_portal(now=steps.DESTROYED, run_for=timedelta(0))
    looker.looks_at("closing-begun", reverse("closing"))
    close_portal(now=steps.DESTROYED)
    # Nobody touches the page.
    looker.reads_by_itself("The data was destroyed by")
    plan = ClosingPlan.objects.get(pk=plan.pk)
    looker.looks_at("closing-destroyed", reverse("closing"))
    content = certificate.write(plan, {"The new database": ScanResult()}, now=timezone.now())
    finishing._close(plan.pk, content, using="default", now=timezone.now())
    steps.notice.forget()
    looker.looks_at("closed", "/")
    looker.looks_at("closed-order", reverse("order"), status=410)
    looker.looks_at("closing-closed", reverse("closing"))
    looker.looks_at("certificate", reverse("closing_certificate"))
    looker.looks_at("closed-privacy", reverse("privacy"))
