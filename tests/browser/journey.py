"""From registering to the parcel on its way, as five people in turn, with a real worker in the background."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.roles import CUSTOMER_SERVICE, FULFILMENT_OFFICER, PORTAL_MANAGER, VERIFICATION_OFFICER
from orders.ledger import check_stock_ledger
from sampledata.register import NO_EMAIL
from tests.browser.provider import Provider
from tests.browser.staff import CustomerService, FulfilmentOfficer, PortalManager, VerificationOfficer
from tests.factories.user import StaffFactory

DX_NUMBER = "4100012345"
Arrives = Callable[..., Any]


def whole_journey(
    arrives: Arrives, folder: Path, *, kind: type[Provider] = Provider, javascript: bool = True, **how: Any
) -> None:
    """Everything that the portal is for. `kind` and `how` say what the provider comes with."""
    priya: Provider = arrives(kind, javascript=javascript, **how)
    packer, officer, service, manager = (
        arrives(role, javascript=javascript)
        for role in (FulfilmentOfficer, VerificationOfficer, CustomerService, PortalManager)
    )

    # The manager opens ordering, and there are badges.
    manager.signs_in(given_a(PORTAL_MANAGER))
    manager.opens_or_closes_ordering("Closed")
    priya.goes_to("/")
    priya.sees("Order CARE badges")
    priya.reads("Ordering is closed")
    manager.opens_or_closes_ordering("Open")
    packer.signs_in(given_a(FULFILMENT_OFFICER))
    packer.receives(500)

    # Priya registers and orders. CQC has no address of her home.
    priya.registers("priya.nair@netherwickresthomes.example.org")
    priya.confirms_the_address_with_the_code_from_the_mailbox()
    priya.answers_as_a_cqc_provider(ods_code=" vntw6 ", place=NO_EMAIL.name)
    priya.asks_for(14)
    priya.says_where_they_go()
    priya.checks_the_answers(NO_EMAIL.name, "14", "SE1 9ZZ")
    reference = priya.places_the_order()
    assert reference in priya.mail(f"We have your CARE badge order {reference}")

    # Nothing matches, so a person looks.
    priya.follows_the_order(reference, until="Being checked by a person")
    priya.reads("The email address of your account is not one that CQC lists for this organisation.")
    officer.signs_in(given_a(VERIFICATION_OFFICER))
    officer.takes_the_check_of(reference)
    officer.approves()
    priya.follows_the_order(reference, until="Verified")

    # It is packed and goes to DX, who learn a name and an address and nothing else.
    packer.makes_and_closes_a_batch(of=[reference])
    parcel, file = the_only_parcel(packer.downloads_the_file_for_dx(folder))
    assert (parcel["Name"], parcel["Address1"], parcel["Postcode"]) == (
        "Netherwick Rest Home",
        "77 Priory Road",
        "SE1 9ZZ",
    )
    assert all(secret not in file for secret in ("priya.nair", "VNTW6", reference))
    assert packer.downloads_the_pick_list(folder).split() == ["Reference,Badges", f"{parcel['Reference']},14"]
    packer.says_that_it_was_sent()
    packer.loads_the_tracking_file(a_tracking_file(folder, parcel["Reference"]))

    # Customer service finds it, and Priya sees her parcel on its way.
    service.signs_in(given_a(CUSTOMER_SERVICE))
    service.finds_the_order_of(priya.email, reference=reference)
    service.finds_the_person(priya.email)
    priya.follows_the_order(reference, until="On its way")
    priya.finds_the_tracking_link(number=DX_NUMBER, postcode="SE19ZZ")
    assert f"/orders/{reference}/" in priya.mail(f"Your CARE badges are on their way, order {reference}")

    assert check_stock_ledger(now=timezone.now()) == []


def a_stocked_shelf(arrives: Arrives, badges: int = 500) -> None:
    """Badges that a fulfilment officer put on the shelf."""
    packer: FulfilmentOfficer = arrives(FulfilmentOfficer)
    packer.signs_in(given_a(FULFILMENT_OFFICER))
    packer.receives(badges)


def given_a(role: str) -> str:
    """The address of a member of staff with the role `role`."""
    email: str = StaffFactory(role=role).email
    return email


def the_only_parcel(file: str) -> tuple[dict[str, str], str]:
    (parcel,) = csv.DictReader(io.StringIO(file))
    return parcel, file


def a_tracking_file(folder: Path, reference: str) -> Path:
    path = folder / "tracking.csv"
    path.write_text(
        f"Reference,Consignment Number,Event,Event Time\n{reference},{DX_NUMBER},Scan at collection,2026-11-02 17:40\n"
    )
    return path
