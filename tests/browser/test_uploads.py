"""Files that staff hand in, at a browser and with a real worker: progress, preview, cancel, result, and slips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from openpyxl import Workbook
from playwright.sync_api import expect

from accounts.roles import FULFILMENT_OFFICER, PORTAL_MANAGER
from badgeportal.uploads.models import Upload
from fulfilment.models import TrackingImport
from fulfilment.tracking.importing import TRACKING_LOCK
from tests.browser.conftest import Arrives
from tests.browser.journey import given_a
from tests.browser.staff import FulfilmentOfficer, PortalManager
from tests.verification.register.files import hsca_file, places
from verification.models import Listing, RegisterImport

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("own_mailbox", "real_worker"),
]
HEADER = "Reference,Consignment Number,Event,Event Time\n"
RESULT = "See what it did, and the rows that were left out"


class Packer(FulfilmentOfficer):
    def gives(self, file: Path) -> None:
        self.goes_to("/admin/fulfilment/trackingimport/load/")
        self.page.get_by_label("DX tracking file (CSV)").set_input_files(file)
        self.presses("Load the file")


class Manager(PortalManager):
    def gives(self, file: Path) -> None:
        self.goes_to("/admin/verification/registerimport/load/")
        self.page.get_by_label("CQC’s monthly file", exact=False).check()
        self.page.get_by_label("File", exact=True).set_input_files(file)
        self.goes_on_by(self.page.locator("input[type=submit].default"))


@pytest.fixture
def packer(arrives: Arrives) -> Packer:
    person: Packer = arrives(Packer)
    person.signs_in(given_a(FULFILMENT_OFFICER))
    return person


def tracking(folder: Path, *lines: str, name: str = "dx.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + "\n".join([*lines, ""]))
    return path


@contextmanager
def another_file_is_loaded() -> Iterator[None]:
    """Hold the worker at the place where one tracking file waits for another."""
    beside = connection.copy()
    with beside.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [TRACKING_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TRACKING_LOCK])
            beside.close()


def test_the_page_follows_the_work_by_itself_and_ends_at_the_result(packer: Packer, tmp_path: Path) -> None:
    with another_file_is_loaded():
        packer.gives(tracking(tmp_path, "CB1,1,Delivered,04/11/2026 08:00", "CB2,2,Gone fishing,yesterday"))
        packer.reads(re.compile("waiting for another file to be done"))
        packer.sees("Tracking file")
        packer.reads("This page keeps itself up to date")
        live = packer.page.locator("#work-progress")
        expect(live).to_have_attribute("aria-live", "polite")
    # Nobody touches the page.
    expect(packer.link(RESULT)).to_be_visible()
    packer.looks_around()
    packer.follows(RESULT)
    packer.looks_around()
    packer.follows("Rows that need a look")
    assert "yesterday" in packer.downloads("Download the rows", tmp_path)


def test_without_scripts_a_link_looks_again(arrives: Arrives, tmp_path: Path) -> None:
    packer: Packer = arrives(Packer, javascript=False)
    packer.signs_in(given_a(FULFILMENT_OFFICER))
    with another_file_is_loaded():
        packer.gives(tracking(tmp_path, "CB1,1,Delivered,04/11/2026 08:00"))
        packer.reads("If it does not, choose")
        packer.follows("Check again")
        packer.reads("Being loaded")
    packer.reloads_until(packer.link(RESULT))


def test_cancelled_while_the_worker_has_it(packer: Packer, tmp_path: Path) -> None:
    with another_file_is_loaded():
        packer.gives(tracking(tmp_path, "CB1,1,Delivered,04/11/2026 08:00"))
        packer.reads(re.compile("waiting for another file to be done"))
        packer.presses("Cancel the upload")
        packer.reads(re.compile("You asked to cancel; it stops at the next safe moment"))
        packer.looks_around()
    packer.reads("It was cancelled. Nothing was changed.")
    packer.looks_around()
    expect(packer.button("Cancel the upload")).to_have_count(0)
    assert not TrackingImport.objects.exists()


def test_previewed_then_confirmed_by_a_double_click_and_loaded_once(arrives: Arrives, tmp_path: Path) -> None:
    manager: Manager = arrives(Manager)
    manager.signs_in(given_a(PORTAL_MANAGER))
    manager.gives(hsca_file(tmp_path, places(3)))
    manager.reads("Nothing is changed until you confirm.")
    manager.reads("Home 1")
    manager.looks_around()
    assert not Listing.objects.exists()
    manager.button("Load the file").dblclick()
    expect(manager.link(RESULT)).to_be_visible()
    assert (Listing.objects.count(), RegisterImport.objects.count()) == (3, 1)

    # The page before is no second way to load it.
    manager.page.go_back()
    if manager.button("Load the file").count():
        manager.presses("Load the file")
        manager.is_told("It was confirmed already. The file is loaded once.")
    expect(manager.link(RESULT)).to_be_visible()
    assert RegisterImport.objects.count() == 1


def test_two_officers_hand_in_the_same_register_at_once(arrives: Arrives, tmp_path: Path) -> None:
    file = hsca_file(tmp_path, places(3))
    first, second = (arrives(Manager) for _ in range(2))
    for manager in (first, second):
        manager.signs_in(given_a(PORTAL_MANAGER))
        manager.gives(file)
        manager.reads("Nothing is changed until you confirm.")
    first.presses("Load the file")
    expect(first.link(RESULT)).to_be_visible()
    # What the second agreed to is no longer what would happen, so they are asked again.
    second.presses("Load the file")
    second.reads(re.compile("The data has changed since the preview"))
    second.looks_around()
    second.presses("Load the file")
    expect(second.link(RESULT)).to_be_visible()
    assert Listing.objects.count() == 3
    assert [run.changed + run.new for run in RegisterImport.objects.filter(state="done").order_by("pk")] == [3, 0]


@pytest.mark.parametrize("garbage", ["noise", "workbook"])
def test_a_file_that_is_no_table_ends_with_a_sentence(packer: Packer, tmp_path: Path, garbage: str) -> None:
    path = tmp_path / "dx.csv"
    if garbage == "noise":
        path.write_bytes(bytes(range(256)) * 40)
    else:
        book = Workbook()
        book.active.append(HEADER.strip().split(","))
        book.save(tmp_path / "dx.xlsx")
        (tmp_path / "dx.xlsx").rename(path)
    packer.gives(path)
    packer.reads("Failed")
    told = Upload.objects.get()
    # A sentence for the person, and not the name of an error.
    assert (told.state, "It failed" in told.message) == ("failed", False)
    packer.reads(told.message)
    packer.looks_around()
    assert not TrackingImport.objects.exists()
