"""Over many generated orders and registers: matching is exactly the rule, and nothing is ever refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.england import is_plainly_in_england
from verification.models import Outcome, Reason
from verification.rules import Limits, ListingFacts, OrderFacts, decide, inputs_digest

LIMITS = Limits(unchecked=25, large=1000)

emails = st.sampled_from(["a@x.example", "b@x.example"])
codes = st.sampled_from(["VLLWV", "VN6C2", "A1X2"])
locations = st.sampled_from(["1-101", "1-102"])
providers = st.sampled_from(["1-901", "1-902"])

listings = st.builds(
    ListingFacts,
    listing_id=st.integers(1, 99),
    location_id=locations,
    provider_id=providers,
    site_code=codes | st.just(""),
    head_office_codes=st.frozensets(codes, max_size=2),
    emails=st.frozensets(emails),
    active=st.booleans(),
)
orders = st.builds(
    OrderFacts,
    cqc_registered=st.booleans(),
    quantity=st.integers(1, 1100),
    postcode=st.sampled_from(["LS1 4AP", "CF10 1AA", "LL20 8AA", "", "ZZ99 3AA"]),
    ods_code=codes | st.just(""),
    location_id=locations | st.just(""),
    provider_id=providers | st.just(""),
    listing_denied=st.booleans(),
    changed_cqc_answer=st.booleans(),
    confirmed_email=emails | st.just(""),
    cqc_order_never_verified=st.booleans(),
    badges_together=st.integers(0, 2000),
)


@pytest.mark.promise("no-automated-decisions")
@given(orders, st.lists(listings, max_size=4))
def test_no_verdict_refuses(order: OrderFacts, register: list[ListingFacts]) -> None:
    verdict = decide(order, register, LIMITS)

    assert verdict.outcome in (Outcome.VERIFIED, Outcome.TO_A_PERSON)
    assert (verdict.outcome == Outcome.VERIFIED) == (verdict.reasons == ())
    assert len(set(verdict.reasons)) == len(verdict.reasons)


@pytest.mark.promise("cqc-email")
@given(orders, st.lists(listings, max_size=4))
def test_a_cqc_order_is_verified_exactly_when_the_rule_says_so(order: OrderFacts, register: list[ListingFacts]) -> None:
    order = order._replace(cqc_registered=True)
    # Written again from the design, in one expression, so that a slip in the rules and one here must be the same.
    matches = [
        listing
        for listing in register
        if order.confirmed_email in listing.emails
        and (order.ods_code == listing.site_code or order.ods_code in listing.head_office_codes)
        and order.ods_code != ""
        and listing.active
        and order.location_id in ("", listing.location_id)
        and order.provider_id in ("", listing.provider_id)
    ]
    expected = (
        bool(matches) and not order.listing_denied and order.quantity <= 1000 and is_plainly_in_england(order.postcode)
    )

    verdict = decide(order, register, LIMITS)
    assert (verdict.outcome == Outcome.VERIFIED) == expected
    assert (verdict.listing_id is not None) == bool(matches)


@given(orders)
def test_another_order_passes_exactly_when_it_is_small_and_never_said_cqc(order: OrderFacts) -> None:
    order = order._replace(cqc_registered=False)
    expected = (
        order.quantity <= 25
        and order.badges_together <= 25
        and not order.changed_cqc_answer
        and not order.cqc_order_never_verified
        and not order.approved_before
        and is_plainly_in_england(order.postcode)
    )

    assert (decide(order, [], LIMITS).outcome == Outcome.VERIFIED) == expected


@given(orders, st.lists(listings, max_size=3))
def test_the_reasons_never_tell_whether_a_listing_has_an_email(order: OrderFacts, register: list[ListingFacts]) -> None:
    order = order._replace(cqc_registered=True, confirmed_email="nobody@x.example")
    without = [listing._replace(emails=frozenset()) for listing in register]

    assert decide(order, register, LIMITS).reasons == decide(order, without, LIMITS).reasons


@given(orders, st.lists(listings, max_size=3))
def test_the_digest_holds_no_email_but_changes_with_the_match(order: OrderFacts, register: list[ListingFacts]) -> None:
    digest = inputs_digest(order, register, LIMITS)
    renamed = order._replace(confirmed_email=order.confirmed_email and "a@elsewhere.example")
    moved = [
        listing._replace(
            emails=frozenset(
                "a@elsewhere.example" if email == order.confirmed_email else email for email in listing.emails
            )
        )
        for listing in register
    ]

    assert inputs_digest(renamed, moved, LIMITS) == digest
    assert inputs_digest(order._replace(quantity=order.quantity + 1), register, LIMITS) != digest


def test_every_reason_has_words_for_staff() -> None:
    assert all(reason.label for reason in Reason)
