"""Every page of the registers at a desk and on a phone: accessible, silent on the console, no wider than the screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from accounts.models import DataRequest
from accounts.rights.complaints import acknowledge_complaint
from accounts.rights.pausing import pause_clock, resume_clock
from tests.accounts.rights.steps import ANN, a_breach, a_complaint, a_request, officer
from tests.browser.looking import looked_at, silent_console
from tests.factories.user import StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def addresses(live_server: Any) -> dict[str, str]:
    """A portal with something on every page of the registers."""
    now = timezone.now()
    running, unknown, waiting = (
        a_request(),
        a_request(contact=ANN, identity_known=False),
        a_request(contact=ANN, now=now),
    )
    pause_clock(request_id=waiting.pk, question="Which order do you mean?", actor=officer(), now=now)
    asked = a_request(contact=ANN, now=now)
    pause_clock(request_id=asked.pk, question="Which order do you mean?", actor=officer(), now=now)
    resume_clock(request_id=asked.pk, actor=officer(), now=now)
    complaint, other = a_complaint(contact=ANN), a_complaint(request_id=running.pk)
    acknowledge_complaint(complaint_id=other.pk, actor=officer(), now=now)
    pages = {
        ("datarequest", None): ("changelist", "new"),
        ("datarequest", asked): ("change", "ask", "extend", "meet", "refuse", "withdraw"),
        ("datarequest", waiting): ("change", "answered"),
        ("datarequest", unknown): ("change", "identity"),
        ("datarequest", running): ("change",),
        ("complaint", None): ("changelist", "new"),
        ("complaint", complaint): ("change", "acknowledge", "findings"),
        ("complaint", other): ("change", "answer"),
        ("breach", None): ("changelist", "new"),
        ("breach", a_breach()): ("change", "risk", "reported", "people"),
    }
    return {
        f"{model}-{name}-{row.pk if row else ''}": reverse(
            f"admin:accounts_{model}_{name}", args=[row.pk] if row else []
        )
        for (model, row), names in pages.items()
        for name in names
    }


def sign_in(page: Page, client: Client, live_server: Any) -> None:
    """The session of customer service in the browser, without the sign-in page."""
    client.force_login(StaffFactory())
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def test_every_page_can_be_read_by_everybody(
    page: Page, client: Client, live_server: Any, addresses: dict[str, str]
) -> None:
    sign_in(page, client, live_server)
    found: list[str] = []
    for name, address in addresses.items():
        with silent_console(page) as messages:
            answer = page.goto(address)
        assert answer is not None
        assert (answer.status, page.url.endswith(address)) == (200, True), address
        assert messages == [], address
        found += looked_at(page, name)
    assert found == []


def test_a_request_is_opened_and_refused_by_keyboard_without_scripts(
    browser: Browser, client: Client, live_server: Any
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, client, live_server)
    page.goto(reverse("admin:accounts_datarequest_changelist"))
    page.get_by_role("link", name="New data request").press("Enter")
    page.get_by_label("Delete", exact=True).press("Space")
    page.get_by_label("By letter").press("Space")
    page.get_by_label("Postal address for the answer").press_sequentially("1 Mill Lane, Leeds")
    page.get_by_label("Yes, there is no doubt").press("Space")
    page.get_by_role("button", name="Open the request").press("Enter")
    page.get_by_role("link", name="Refuse").press("Enter")
    page.get_by_role("button", name="Refuse").press("Enter")
    page.get_by_role("link", name="Select why it is refused").wait_for()
    page.get_by_label("We hold nothing about the person").press("Space")
    page.get_by_label("What the person is told").press_sequentially("We searched.")
    page.get_by_role("button", name="Refuse").press("Enter")
    page.get_by_text("The request is refused, and the person is told why.").wait_for()

    assert DataRequest.objects.get().refusal_reason == "nothing_held"
    context.close()
