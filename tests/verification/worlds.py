"""Small registers by hand, and orders in front of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import User
from accounts.roles import VERIFICATION_OFFICER
from orders.models import Order
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import placed_order
from verification.assessing import assess_orders
from verification.checking.evidence import Evidence
from verification.models import Assessment, ListedEmail, Listing, ManualCheck, ProviderCode, RegisterImport

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FOUND = Evidence(address="Rang the home", phone="The number on their site", sources="Their site", note="All fits.")

_numbers = count(1000)


def later(**by: int) -> datetime:
    return NOW + timedelta(**by)


def an_import() -> RegisterImport:
    return RegisterImport.objects.create(
        kind="hsca", state="done", file_name="register.ods", actor="system:test", started_at=NOW, finished_at=NOW
    )


def a_listing(*, code: str = "VLLWV", emails: tuple[str, ...] = (), **fields: Any) -> Listing:
    """An active listing of its own provider, with `emails` listed for the place."""
    number = next(_numbers)
    source = an_import()
    values = {
        "location_id": f"1-{number}",
        "provider_id": f"1-9{number}",
        "name": "Lucerne House",
        "town": "Exeter",
        "postcode": "EX2 8TU",
        "phone": "01392422905",
        "changed_at": NOW,
    } | fields
    listing = Listing.objects.create(site_ods_code=code, source=source, **values)
    for email in emails:
        ListedEmail.objects.create(email=email, location_id=listing.location_id, source=source)
    return listing


def a_head_office(*, code: str, provider_id: str, emails: tuple[str, ...] = ()) -> None:
    """The head-office code of a provider, and the addresses listed for the provider."""
    source = an_import()
    ProviderCode.objects.create(provider_id=provider_id, ods_code=code, source=source)
    for email in emails:
        ListedEmail.objects.create(email=email, provider_id=provider_id, source=source)


def manager(email: str = "manager@lucerne.example", **fields: Any) -> User:
    return UserFactory(email=email, **fields)


def officer(name: str = "Asha Patel") -> User:
    return StaffFactory(role=VERIFICATION_OFFICER, name=name)


def cqc_order(account: User | None = None, *, now: datetime = NOW, **answers: Any) -> Order:
    """A placed order of a CQC provider with the code VLLWV, unless `answers` say otherwise."""
    values = {"cqc_registered": True, "ods_code": "VLLWV", "organisation_name": "Lucerne House"} | answers
    return placed_order(account or manager(), now=now, **values)


def other_order(account: User | None = None, *, now: datetime = NOW, **answers: Any) -> Order:
    """A placed order of an organisation that CQC does not register, at an address and under a name of its own."""
    number = next(_numbers)
    values = {"organisation_name": f"Organisation {number}", "address_line_1": f"{number} High Street"} | answers
    if values.get("quantity", 10) > 25:
        values.setdefault("phone", f"+4416124{number:05}")
    return placed_order(account, now=now, **values)


def assessed(order: Order, *, now: datetime = NOW) -> Order:
    """`order` after an assessment of all that waits."""
    assess_orders(now=now)
    order.refresh_from_db()
    return order


def reasons_of(order: Order) -> set[str]:
    """Why a person looks at `order`, from its last assessment."""
    return set(Assessment.objects.filter(order=order).latest("at", "pk").reasons)


def open_check(order: Order) -> ManualCheck:
    return ManualCheck.objects.get(order=order, closed_at=None)


def waiting_check(account: User | None = None, *, now: datetime = NOW, **answers: Any) -> ManualCheck:
    """An open check of a large order that is not CQC registered."""
    order = assessed(other_order(account, now=now, **{"quantity": 40, "phone": "+441612345678"} | answers), now=now)
    return open_check(order)
