"""The officers' pages: the queue, the workbench, and what happens when a colleague was first."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import CUSTOMER_SERVICE, DHSC_ANALYST, FULFILMENT_OFFICER, PORTAL_MANAGER
from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from orders.cancelling import cancel_order
from orders.lifecycle import State, Who
from tests.factories.user import StaffFactory
from tests.searching import search_list
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
from verification.admin.checks import age_in_words
from verification.checking.asking import PHONE_QUESTION, answer_question
from verification.checking.claiming import ask_second_person, claim_check
from verification.checking.deciding import approve_check
from verification.models import ManualCheck, Question

pytestmark = pytest.mark.django_db

QUEUE = "/admin/verification/manualcheck/"
TYPED = {
    "address_evidence": "Rang the home",
    "phone_evidence": "On their site",
    "sources": "Their site",
    "note": "All fits",
}


@pytest.fixture
def asha(client: Client) -> User:
    asha = officer("Asha Patel")
    client.force_login(asha)
    return asha


def minutes_ago(minutes: float) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def a_check(minutes: float = 10, **answers: Any) -> ManualCheck:
    """A check opened `minutes` ago, of an organisation with its own phone."""
    return waiting_check(now=minutes_ago(minutes), **{"phone": f"+44161{7000000 + int(minutes)}"} | answers)


def work(check: ManualCheck) -> str:
    return f"{QUEUE}{check.pk}/work/"


def text_of(response: Any) -> str:
    return response.content.decode()


def references_in(page: str) -> list[str]:
    return re.findall(r'/work/">(CARE-[^<]+)<', page)


def test_the_queue_is_oldest_first_with_age_quantity_reasons_and_who(client: Client, asha: User) -> None:
    young, old = a_check(10), a_check(60 * 24 * 3, quantity=300)
    claim_check(check_id=young.pk, officer=officer("Ben Okoro"), now=timezone.now())
    page = text_of(client.get(QUEUE))

    assert references_in(page) == [old.order.reference, young.order.reference]
    for words in ("3 days (overdue)", "10 minutes", "300", "more badges than pass unchecked", "Ben Okoro", "nobody"):
        assert words in page


def test_the_filters_of_the_queue(client: Client, asha: User) -> None:
    mine, old, second, closed = a_check(10), a_check(60 * 24 * 3), a_check(11), a_check(12)
    outside = a_check(13, quantity=5, phone="", postcode="CF10 1AA")
    bens, ben = a_check(14), officer("Ben Okoro")
    claim_check(check_id=mine.pk, officer=asha, now=timezone.now())
    claim_check(check_id=bens.pk, officer=ben, now=timezone.now())
    ask_second_person(check_id=second.pk, officer=asha, evidence=FOUND, now=timezone.now())
    approve_check(check_id=closed.pk, officer=ben, evidence=FOUND, now=timezone.now())

    def listed(query: str) -> set[str]:
        return set(references_in(text_of(client.get(QUEUE + query))))

    def of(*checks: ManualCheck) -> set[str]:
        return {check.order.reference for check in checks}

    assert listed("") == of(mine, old, second, outside, bens)
    assert listed("?queue=mine") == of(mine)
    assert listed("?queue=overdue") == of(old)
    assert listed("?queue=second") == of(second)
    assert listed("?queue=closed") == of(closed)
    assert listed("?queue=free") == of(mine, old, outside)
    assert listed("?reason=outside_england") == of(outside)
    assert listed("?reason=over_threshold&queue=overdue") == of(old)
    assert set(references_in(text_of(search_list(client, QUEUE, old.order.reference)))) == of(old)


def test_a_cancelled_order_is_not_in_the_queue(client: Client, asha: User) -> None:
    check = a_check()
    cancel_order(order=check.order, by=Who.PROVIDER, actor=Actor.user(check.order.account), now=timezone.now())

    assert references_in(text_of(client.get(QUEUE))) == []
    page = text_of(client.get(work(check)))
    assert "The order does not wait any more" in page
    assert 'value="approve"' not in page


@pytest.mark.promise("who-verifies")
def test_the_workbench_shows_what_speaks_for_and_against(client: Client, asha: User) -> None:
    listing = a_listing(name="Sunrise Manor", emails=("office@sunrise.example",), phone="0161 234 5678")
    a_listing(code="VZZZZ", name="Nothing in common", postcode="B1 1AA")
    account = manager()
    earlier = assessed(other_order(account, quantity=5, organisation_name="Sunrise Manor"), now=minutes_ago(90))
    order = assessed(
        cqc_order(account, now=minutes_ago(5), organisation_name="Sunrise Manor", postcode="EX2 8TU"),
        now=minutes_ago(4),
    )
    page = text_of(client.get(work(open_check(order))))

    for words in (
        "The account&#x27;s email is not on the listing",
        listing.location_id,
        "same site ODS code, same postcode, similar name",
        "office@sunrise.example",
        earlier.reference,
        account.email,
        "https://www.cqc.org.uk/search/all?query=Sunrise+Manor",
        "Companies House",
    ):
        assert words in page, words
    assert "Nothing in common" not in page
    assert all('rel="noreferrer' in link for link in re.findall(r'<a href="https://[^>]+>', page))


def test_head_office_and_phone_are_found_too(client: Client, asha: User) -> None:
    listing = a_listing(code="VAAAA", name="Far away", postcode="B1 1AA", phone="0161 234-5678")
    a_head_office(code="A1X2", provider_id=listing.provider_id)
    order = assessed(cqc_order(now=minutes_ago(5), ods_code="A1X2"), now=minutes_ago(4))
    assert "same head-office ODS code" in text_of(client.get(work(open_check(order))))

    check = a_check(phone="+441612345678")
    assert "same phone number" in text_of(client.get(work(check)))


def test_the_name_of_a_person_is_offered_to_no_search(client: Client, asha: User) -> None:
    check = a_check(organisation_type="individual_employer", organisation_name="Jo Smith")
    page = text_of(client.get(work(check)))

    assert "Jo Smith" in page
    assert "https://" not in page


def test_looking_is_recorded(client: Client, asha: User) -> None:
    check = a_check()
    client.get(work(check))
    client.get(QUEUE)

    seen = AuditEvent.objects.filter(kind="personal_page_seen", actor=f"user:{asha.pk}").order_by("pk")
    assert [(event.subject_type, event.subject_id, event.details["page"]) for event in seen] == [
        ("orders.order", str(check.order_id), "admin:manualcheck_workbench"),
        ("orders.order", str(check.order_id), "admin:manualcheck_list"),
    ]


def test_claiming_and_putting_back(client: Client, asha: User) -> None:
    check = a_check()
    assert "You hold this check until" in text_of(client.post(f"{QUEUE}{check.pk}/claim/", follow=True))
    check.refresh_from_db()
    assert check.claimed_by == asha

    assert "Nobody holds this check" in text_of(client.post(f"{QUEUE}{check.pk}/release/", follow=True))
    check.refresh_from_db()
    assert check.claimed_by is None


def test_saving_keeps_what_was_typed(client: Client, asha: User) -> None:
    check = a_check()
    page = text_of(client.post(work(check), {"do": "save", "address_evidence": "Rang"}, follow=True))

    assert "Saved. You hold this check." in page
    assert ">\nRang</textarea>" in page


def test_approving_goes_on_to_the_next_check(client: Client, asha: User) -> None:
    first, second = a_check(30), a_check(20)
    response = client.post(work(first), {"do": "approve"} | TYPED)

    assert response.url == work(second)
    first.refresh_from_db()
    assert (first.decision, first.decided_by, first.order.state) == ("approved", asha, State.VERIFIED)
    assert client.post(work(second), {"do": "approve"} | TYPED).url == QUEUE


def test_approving_without_evidence_says_what_is_missing_and_keeps_the_rest(client: Client, asha: User) -> None:
    check = a_check()
    page = client.post(work(check), {"do": "approve"} | TYPED | {"sources": ""})

    assert page.status_code == 422
    assert "Enter where you looked" in text_of(page)
    assert "Rang the home" in text_of(page)
    check.refresh_from_db()
    assert check.is_open


def test_refusing_asks_for_the_reason_and_shows_what_the_provider_reads(client: Client, asha: User) -> None:
    check = a_check()
    response = client.post(work(check), {"do": "refuse"} | TYPED)
    page = client.get(response.url)
    assert "Your organisation has already ordered badges" in text_of(page)
    assert "All fits" in text_of(page)

    unfinished = client.post(response.url, {"note": ""})
    assert unfinished.status_code == 422
    assert "Select why you refuse the order" in text_of(unfinished)

    client.post(response.url, {"refusal_reason": "duplicate", "note": "Ordered last week"})
    check.refresh_from_db()
    assert (check.decision, check.refusal_reason, check.note) == ("refused", "duplicate", "Ordered last week")
    assert (check.address_evidence, check.order.state) == ("Rang the home", State.REFUSED)


@pytest.mark.parametrize("late", ["approve", "refuse", "claim"])
def test_who_is_late_is_told_who_decided(client: Client, asha: User, late: str) -> None:
    check = a_check()
    approve_check(check_id=check.pk, officer=officer("Ben Okoro"), evidence=FOUND, now=timezone.now())
    if late == "claim":
        page = client.post(f"{QUEUE}{check.pk}/claim/", follow=True)
    elif late == "refuse":
        page = client.post(f"{QUEUE}{check.pk}/refuse/", {"refusal_reason": "duplicate", "note": "x"}, follow=True)
    else:
        page = client.post(work(check), {"do": "approve"} | TYPED, follow=True)

    assert "Ben Okoro closed this check" in text_of(page)
    assert "Nothing you did was saved" in text_of(page)
    check.refresh_from_db()
    assert (check.decision, check.decided_by.name, check.note) == ("approved", "Ben Okoro", FOUND.note)


def test_what_a_colleague_holds_can_be_read_and_not_changed(client: Client, asha: User) -> None:
    check = a_check()
    claim_check(check_id=check.pk, officer=officer("Ben Okoro"), now=timezone.now())
    page = text_of(client.get(work(check)))
    assert "Ben Okoro holds this check until" in page
    assert 'value="approve"' not in page

    page = text_of(client.post(work(check), {"do": "approve"} | TYPED, follow=True))
    assert "Ben Okoro holds this check until" in page
    check.refresh_from_db()
    assert check.is_open


def test_a_second_person_is_asked_and_is_another(client: Client, asha: User) -> None:
    check = a_check()
    client.post(work(check), {"do": "second"} | TYPED)
    assert "so the one who asked cannot go on" in text_of(
        client.post(work(check), {"do": "approve"} | TYPED, follow=True)
    )
    ben = officer("Ben Okoro")
    client.force_login(ben)
    page = text_of(client.get(work(check)))
    assert "Asha Patel asked for a second person" in page
    assert 'value="second"' not in page

    client.post(work(check), {"do": "approve"} | TYPED)
    check.refresh_from_db()
    assert check.decided_by == ben


@pytest.mark.parametrize(
    ("role", "sees", "works"),
    [
        (CUSTOMER_SERVICE, 200, 403),
        (PORTAL_MANAGER, 200, 302),
        (FULFILMENT_OFFICER, 403, 403),
        (DHSC_ANALYST, 302, 302),
    ],
)
def test_what_each_role_may_do(client: Client, role: str, sees: int, works: int) -> None:
    check = a_check()
    client.force_login(StaffFactory(role=role))

    assert client.get(QUEUE).status_code == sees
    assert client.get(work(check)).status_code == sees
    for address, data in (
        (f"{QUEUE}{check.pk}/claim/", {}),
        (work(check), {"do": "approve"} | TYPED),
        (f"{QUEUE}{check.pk}/refuse/", {"refusal_reason": "duplicate", "note": "x"}),
    ):
        assert client.post(address, data).status_code in ((works,) if role != DHSC_ANALYST else (302, 403))
    check.refresh_from_db()
    if role != PORTAL_MANAGER:
        assert check.is_open
        assert check.claimed_by is None


def test_a_claim_needs_a_post(client: Client, asha: User) -> None:
    check = a_check()

    assert client.get(f"{QUEUE}{check.pk}/claim/").status_code == 405
    assert client.get(f"{QUEUE}999999/work/").status_code == 404
    assert client.post(f"{QUEUE}999999/claim/").status_code == 404


def test_the_page_of_a_check_is_its_workbench(client: Client, asha: User) -> None:
    check = a_check()

    assert client.get(f"{QUEUE}{check.pk}/change/").url == work(check)
    assert client.get(f"{QUEUE}next/").url == work(check)
    assert not admin.site._registry[ManualCheck].has_delete_permission(None)


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(seconds=30), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5, minutes=59), "5 hours"),
        (timedelta(days=3, hours=2), "3 days"),
    ],
)
def test_ages_are_in_words(waited: timedelta, words: str) -> None:
    assert age_in_words(waited) == words


def test_an_order_that_counts_together_with_others_has_no_number_and_it_is_asked_for_with_one_press(
    client: Client, asha: User
) -> None:
    first = assessed(other_order(quantity=20, now=minutes_ago(60)), now=minutes_ago(60))
    order = assessed(other_order(first.account, quantity=20, now=minutes_ago(30)), now=minutes_ago(30))
    check = open_check(order)
    assert check.reasons == ["together_over_threshold"]
    page = text_of(client.get(work(check)))
    assert "No phone number was given with this order" in page
    assert PHONE_QUESTION in page
    client.post(work(check), TYPED | {"do": "ask_phone", "phone_evidence": "", "question": "And who is in charge?"})

    order.refresh_from_db()
    question = Question.objects.get(check_asked_in=check)
    assert (order.state, question.text) == (State.AWAITING_PROVIDER, f"{PHONE_QUESTION}\n\nAnd who is in charge?")
    check.refresh_from_db()
    assert check.address_evidence == TYPED["address_evidence"]
    answer_question(order=order, text="01632 960123", actor=Actor.user(order.account), now=timezone.now())
    page = text_of(client.get(work(check)))
    assert "01632 960123" in page
    assert "Ask for a phone number" not in page


def test_no_number_is_asked_for_where_one_was_given(client: Client, asha: User) -> None:
    page = text_of(client.get(work(a_check(phone="+441612345678"))))
    assert "0161 234 5678" in page
    assert "Ask for a phone number" not in page
    assert "No phone number was given" not in page
