"""What the staff of APS do in the admin pages, in their words."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.people import Person


class Staff(Person):
    """Somebody at APS."""

    def opens(self, name: str) -> None:
        """Go through the admin's front page to one of its lists."""
        self.goes_to("/admin/")
        self.sees("Your work")
        self.goes_on_by(self.page.get_by_role("rowheader", name=name, exact=True).get_by_role("link"))

    def is_told(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator(".messagelist").get_by_text(text)).to_be_visible()


class VerificationOfficer(Staff):
    def takes_the_check_of(self, reference: str) -> None:
        self.opens("Manual checks")
        self.sees("Manual checks")
        self.follows(reference)
        self.sees(f"Check of order {reference}")
        self.presses("Claim this check")
        self.sees(f"Check of order {reference}")
        self.reads(re.compile("You hold this check until"))

    def approves(self) -> None:
        self.types(self.page.get_by_label("How you checked the address"), "The same on their website.")
        self.types(self.page.get_by_label("How you checked the phone number"), "Rang it: the manager answered.")
        self.types(self.page.get_by_label("Where you looked"), "Their website, the CQC website")
        self.presses("Approve the order")
        self.is_told(re.compile("is approved"))
        self.looks_around()


class FulfilmentOfficer(Staff):
    def receives(self, badges: int) -> None:
        self.opens("Stock movements")
        self.sees("Stock movements")
        self.follows("Receive badges")
        self.sees("Receive badges")
        self.types(self.page.get_by_label("Number of badges"), str(badges))
        self.types(self.page.get_by_label("Reason"), "Delivery note 4711")
        self.presses("Put on the shelf")
        self.is_told(re.compile(f"{badges:,} badges"))
        self.looks_around()

    def makes_and_closes_a_batch(self, *, of: list[str]) -> None:
        self.opens("Batches")
        self.follows("Create a batch")
        self.sees("Create a batch")
        self.presses("Create the batch")
        self.looks_around()
        for reference in of:
            self.reads(reference)
        self.follows("Close the batch")
        self.sees("Close the batch")
        self.presses("Close the batch")
        self.is_told(re.compile("is closed"))
        self.looks_around()

    def downloads_the_file_for_dx(self, into: Path) -> str:
        self.follows("DX file")
        self.sees("DX file")
        text = self.downloads("Download the DX file", into)
        self.page.go_back()
        return text

    def downloads_the_pick_list(self, into: Path) -> str:
        self.follows("Pick list")
        self.sees("Pick list")
        text = self.downloads("Download the pick list", into)
        self.page.go_back()
        return text

    def says_that_it_was_sent(self) -> None:
        self.follows("Mark sent")
        self.sees("Mark the batch sent")
        self.presses("Mark sent")
        self.is_told(re.compile("on the way"))
        self.looks_around()

    def loads_the_tracking_file(self, file: Path) -> None:
        self.opens("Tracking files")
        self.follows("Load a tracking file")
        self.sees("Load a tracking file")
        self.page.get_by_label("DX tracking file (CSV)").set_input_files(file)
        self.presses("Load the file")
        self.sees("Tracking file")
        self.reloads_until(self.link("See what it did, and the rows that were left out"))
        self.looks_around()
        self.follows("See what it did, and the rows that were left out")
        expect(self.page.locator(".field-new .readonly")).to_have_text("1")
        self.looks_around()


class CustomerService(Staff):
    def finds_the_order_of(self, email: str, *, reference: str) -> None:
        self.opens("Orders")
        self.types(self.page.locator("#searchbar"), email)
        self.presses("Search")
        self.looks_around()
        self.follows(reference)
        self.sees(reference)
        self.reads("Netherwick Rest Home")

    def finds_the_person(self, email: str) -> None:
        self.opens("People")
        self.types(self.page.locator("#searchbar"), email)
        self.presses("Search")
        self.follows(email)
        self.looks_around()


class PortalManager(Staff):
    def opens_or_closes_ordering(self, choice: str) -> None:
        self.opens("Portal")
        self.follows("Open or close ordering")
        self.sees("Open or close ordering")
        self.chooses(choice)
        self.presses("Save")
        self.is_told(re.compile("Saved"))
        self.looks_around()
