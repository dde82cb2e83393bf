"""What a care provider does in the portal, in their words."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.people import PASSWORD, KeyboardPerson, Person

FIRST_QUESTION = "Is your organisation registered with the Care Quality Commission (CQC)?"
DELIVERY = {
    "Full name, or the name of the place": "Netherwick Rest Home",
    "Address line 1": "77 Priory Road",
    "Town or city": "London",
    "Postcode": "se19zz",
}


class Provider(Person):
    """Somebody who orders badges."""

    def registers(self, email: str) -> None:
        """From the start page, as somebody who has never seen the site."""
        self.email = email
        self.goes_to("/")
        self.sees("Order CARE badges")
        self.presses("Start now")
        self.sees("Sign in")
        self.follows("create an account")
        self.sees("Create an account")
        self.types(self.page.get_by_label("Email address", exact=True), email)
        self.types(self.page.get_by_label("Create a password", exact=True), PASSWORD)
        self.presses("Create an account")
        self.sees("Check your email")

    def confirms_the_address_with_the_code_from_the_mailbox(self) -> None:
        code = re.search(r"Your code is\s+([A-Z0-9-]+)", self.mail("Confirm your email address for CARE badges"))
        assert code is not None
        self.types(self.page.get_by_label("Code from the email"), code[1])
        self.presses("Continue")
        # They wanted to order, and that is where they are.
        self.sees(FIRST_QUESTION)

    def mail(self, subject: str | re.Pattern[str]) -> str:
        """The text of their newest mail of that subject, read on the page of the local mailbox once it is there."""
        with self.in_another_tab() as tab:
            tab.goto("/local-mail/")
            mine = tab.get_by_role("row").filter(has_text=self.email)
            link = mine.get_by_role("link", name=subject)
            self.reloads_until(link)
            self.looks_around()
            self.goes_on_by(link.first)
            self.sees(subject)
            return tab.locator("main").inner_text()

    def answers_as_a_cqc_provider(self, *, ods_code: str, place: str) -> None:
        self.says_whether_registered_with_cqc("Yes")
        self.sees("Your organisation’s ODS code")
        self.types(self.page.get_by_label("What is your organisation’s ODS code?"), ods_code)
        self.presses("Continue")
        self.sees("Is this your organisation?")
        self.reads(place)
        self.chooses("Yes")
        self.presses("Continue")

    def answers_as_somebody_cqc_does_not_know(self, *, name: str, kind: str) -> None:
        self.says_whether_registered_with_cqc("No")
        self.sees("Your organisation")
        self.types(self.page.get_by_label("What is the name of your organisation?"), name)
        self.chooses(kind)
        self.presses("Continue")

    def says_whether_registered_with_cqc(self, answer: str) -> None:
        self.goes_to("/order/")
        self.sees(FIRST_QUESTION)
        self.chooses(answer)
        self.presses("Continue")

    def asks_for(self, badges: int) -> None:
        self.sees("How many badges do you need?")
        self.types(self.page.get_by_label("How many badges do you need?"), str(badges))
        self.presses("Continue")

    def gives_the_phone_number(self, number: str) -> None:
        self.sees("Your organisation’s phone number")
        self.types(self.page.get_by_label("What is your organisation’s phone number?"), number)
        self.presses("Continue")

    def says_where_they_go(self, **other: str) -> None:
        self.sees("Who receives the badges, and where?")
        for label, text in (DELIVERY | other).items():
            self.types(self.page.get_by_label(label, exact=True), text)
        self.presses("Continue")

    def checks_the_answers(self, *answers: str) -> None:
        self.sees("Check your answers before you place your order")
        for answer in answers:
            self.reads(answer)

    def places_the_order(self) -> str:
        """Press the button; returns the reference that the next page names."""
        self.presses("Place order")
        self.sees(re.compile("Order placed"))
        return self.reference_shown()

    def reference_shown(self) -> str:
        found = re.search(r"CARE-\w{4}-\w{4}", self.page.locator("main").inner_text())
        assert found is not None
        return found[0]

    def follows_the_order(self, reference: str, *, until: str) -> None:
        """Look at the order's page until it is `until`."""
        self.goes_to(f"/orders/{reference}/")
        self.reloads_until(self.page.locator(".govuk-tag", has_text=re.compile(f"^\\s*{until}\\s*$")))
        self.sees(f"Order {reference}")

    def finds_the_tracking_link(self, *, number: str, postcode: str) -> None:
        expect(self.link("Track your parcel on the DX website")).to_have_attribute(
            "href", f"https://dx-track.com/track/dx.aspx?consno={number}&postcode={postcode}"
        )

    def has_only(self, orders: int) -> None:
        self.goes_to("/orders/")
        self.sees("Your orders")
        expect(self.page.get_by_role("link", name=re.compile(r"CARE-"))).to_have_count(orders)


class KeyboardProvider(KeyboardPerson, Provider):
    """A provider who uses the keyboard alone."""


def provider(browser: Any, arguments: dict[str, Any], **how: Any) -> Provider:
    return Provider(browser, arguments, **how)
