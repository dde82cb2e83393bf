"""When the order of a CQC provider is verified without a person, and when not."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress

from orders.lifecycle import State
from orders.models import Order
from tests.verification.worlds import a_head_office, a_listing, assessed, cqc_order, manager, open_check, reasons_of
from verification.models import Assessment

pytestmark = pytest.mark.django_db

EMAIL = "manager@lucerne.example"


def outcome(**answers: Any) -> tuple[Order, set[str]]:
    order = assessed(cqc_order(**answers))
    return order, reasons_of(order)


@pytest.mark.promise("cqc-email")
def test_listed_email_and_site_code_are_a_match() -> None:
    listing = a_listing(emails=(EMAIL,))
    order, _ = outcome()

    assert order.state == State.VERIFIED
    assessment = Assessment.objects.get(order=order)
    assert (assessment.outcome, assessment.reasons, assessment.listing) == ("verified", [], listing)
    assert not order.manual_checks.exists()


def test_head_office_code_and_email_of_the_provider_are_a_match() -> None:
    listing = a_listing(code="VAAAA")
    a_head_office(code="A1X2", provider_id=listing.provider_id, emails=(EMAIL,))

    assert outcome(ods_code="A1X2")[0].state == State.VERIFIED


def test_head_office_code_and_email_of_one_of_its_places_are_a_match() -> None:
    listing = a_listing(code="VAAAA", emails=(EMAIL,))
    a_head_office(code="A1X2", provider_id=listing.provider_id)

    assert outcome(ods_code="A1X2")[0].state == State.VERIFIED


def test_site_code_and_email_of_the_provider_are_a_match() -> None:
    listing = a_listing()
    a_head_office(code="A1X2", provider_id=listing.provider_id, emails=(EMAIL,))

    assert outcome()[0].state == State.VERIFIED


def test_capitals_and_spaces_do_not_matter() -> None:
    a_listing(emails=(EMAIL,))
    order = cqc_order(manager(" Manager@Lucerne.example "), ods_code="v llwv")

    assert assessed(order).state == State.VERIFIED


@pytest.mark.promise("cqc-email")
@pytest.mark.parametrize("listed", ["other@lucerne.example", "manager@lucerne.example.org", "m.anager@lucerne.example"])
def test_another_email_is_no_match(listed: str) -> None:
    a_listing(emails=(listed,))

    order, reasons = outcome()
    assert order.state == State.CHECKING
    assert reasons == {"email_not_listed"}


def test_an_email_that_nobody_confirmed_is_no_match() -> None:
    a_listing(emails=(EMAIL,))
    order = cqc_order(manager(confirmed_address=False))

    assert assessed(order).state == State.CHECKING
    assert reasons_of(order) == {"email_not_confirmed"}


def test_a_confirmed_address_that_is_no_longer_the_accounts_is_no_match() -> None:
    a_listing(emails=(EMAIL,))
    account = manager("new@lucerne.example", confirmed_address=False)
    EmailAddress.objects.create(user=account, email=EMAIL, verified=True)

    order = assessed(cqc_order(account))
    assert order.state == State.CHECKING
    assert reasons_of(order) == {"email_not_confirmed"}


@pytest.mark.promise("cqc-email")
def test_an_unknown_code_is_no_match() -> None:
    a_listing(code="VOTHR", emails=(EMAIL,))

    order, reasons = outcome()
    assert order.state == State.CHECKING
    assert reasons == {"code_unknown"}


def test_the_email_of_one_place_with_the_code_of_another_is_no_match() -> None:
    a_listing(code="VOTHR", emails=(EMAIL,))
    a_listing(emails=("somebody@else.example",))

    assert outcome()[1] == {"email_not_listed"}


def test_the_head_office_code_of_another_provider_is_no_match() -> None:
    a_listing(emails=(EMAIL,))
    other = a_listing(code="VOTHR")
    a_head_office(code="A1X2", provider_id=other.provider_id)

    assert outcome(ods_code="A1X2")[1] == {"email_not_listed"}


def test_a_listing_that_is_closed_is_no_match() -> None:
    a_listing(emails=(EMAIL,), status="closed", closed_at="2026-01-01T00:00Z")

    order, reasons = outcome()
    assert order.state == State.CHECKING
    assert reasons == {"listing_closed"}


def test_a_code_that_two_places_share_matches_the_one_that_lists_the_email() -> None:
    a_listing(name="First")
    second = a_listing(name="Second", emails=(EMAIL,))

    order, _ = outcome()
    assert order.state == State.VERIFIED
    assert Assessment.objects.get(order=order).listing == second


def test_the_place_that_was_confirmed_must_be_the_one_that_matches() -> None:
    first = a_listing(name="First")
    a_listing(name="Second", emails=(EMAIL,))

    order, reasons = outcome(location_id=first.location_id, provider_id=first.provider_id)
    assert order.state == State.CHECKING
    assert reasons == {"email_not_listed"}


def test_a_confirmed_place_with_another_code_is_no_match() -> None:
    elsewhere = a_listing(code="VOTHR", emails=(EMAIL,))
    a_listing(emails=(EMAIL,))

    assert outcome(location_id=elsewhere.location_id)[1] == {"code_not_this_listing"}


def test_a_confirmed_provider_matches_by_any_of_its_places() -> None:
    listing = a_listing(code="VAAAA", emails=(EMAIL,))
    a_head_office(code="A1X2", provider_id=listing.provider_id)

    assert outcome(ods_code="A1X2", provider_id=listing.provider_id)[0].state == State.VERIFIED


def test_somebody_who_said_it_is_not_theirs_is_looked_at_whatever_fits() -> None:
    a_listing(emails=(EMAIL,))

    order, reasons = outcome(listing_denied=True)
    assert order.state == State.CHECKING
    assert reasons == {"listing_denied"}


@pytest.mark.parametrize(("quantity", "state"), [(1000, State.VERIFIED), (1001, State.CHECKING)])
def test_a_very_large_order_is_seen_by_a_person_also_when_it_matches(quantity: int, state: State) -> None:
    listing = a_listing(emails=(EMAIL,))

    order, _ = outcome(quantity=quantity)
    assert order.state == state
    assert Assessment.objects.get(order=order).listing == listing
    if state == State.CHECKING:
        assert reasons_of(order) == {"very_large"}


def test_quantity_makes_no_difference_to_an_order_that_does_not_match() -> None:
    order, reasons = outcome(quantity=1)

    assert order.state == State.CHECKING
    assert reasons == {"code_unknown"}


@pytest.mark.promise("summary")
@pytest.mark.parametrize("postcode", ["CF10 1AA", "EH1 1AA", "BT1 1AA", "JE2 3AB", "TD15 1AA", "LL20 8AA"])
def test_outside_england_or_on_the_border_is_checked_and_never_refused(postcode: str) -> None:
    a_listing(emails=(EMAIL,))

    order, reasons = outcome(postcode=postcode)
    assert order.state == State.CHECKING
    assert reasons == {"outside_england"}
    assert open_check(order).reasons == ["outside_england"]
