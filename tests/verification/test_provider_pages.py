"""What a provider sees of verification: whose code it is, what did not match, and what they can do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from badgeportal.outbox.letters import resolver_of
from badgeportal.outbox.rendering import render
from orders.drafts import save_answers
from orders.lifecycle import State
from orders.models import Order, OrderDraft
from tests.journeys import stocked
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
from verification.checking.deciding import refuse_check
from verification.models import ListedEmail, ListedInboxLink, Reason, RefusalReason
from verification.organisations import MOST_SITES, organisations_for
from verification.telling import _WHY, refusal_words, why_sentences

pytestmark = pytest.mark.django_db

INBOX = "office@lucerne.example"
STEP = "/order/your-organisation/"


@pytest.fixture
def account(client: Client) -> User:
    account = manager()
    client.force_login(account)
    return account


def draft_with_code(account: User, code: str = "VLLWV") -> OrderDraft:
    stocked()
    return save_answers(account=account, answers={"cqc_registered": True, "ods_code": code}, now=timezone.now())


def text_of(response: Any) -> str:
    return response.content.decode()


def post_step(client: Client, draft: OrderDraft, **data: str) -> OrderDraft:
    response = client.post(STEP, {"draft": str(draft.pk)} | data)
    assert response.status_code == 302, text_of(response)
    draft.refresh_from_db()
    return draft


def test_one_listing_is_named_with_its_town_and_nothing_else(client: Client, account: User) -> None:
    a_listing(emails=(INBOX,))
    draft_with_code(account)
    page = text_of(client.get(STEP))

    assert "Lucerne House" in page
    assert "Exeter" in page
    for secret in (INBOX, "lucerne.example", "01392422905"):
        assert secret not in page


def test_yes_keeps_the_place(client: Client, account: User) -> None:
    listing = a_listing()
    draft = post_step(client, draft_with_code(account), answer=listing.location_id)

    assert (draft.location_id, draft.provider_id) == (listing.location_id, listing.provider_id)
    assert (draft.organisation_name, draft.organisation_answered, draft.listing_denied) == (
        "Lucerne House",
        True,
        False,
    )


def test_no_needs_a_name_for_the_person_who_checks(client: Client, account: User) -> None:
    a_listing()
    draft = draft_with_code(account)
    page = client.post(STEP, {"draft": str(draft.pk), "answer": "none", "organisation_name": ""})
    assert "Enter the name of your organisation" in text_of(page)

    draft = post_step(client, draft, answer="none", organisation_name="Rose Cottage")
    assert (draft.listing_denied, draft.location_id, draft.organisation_name) == (True, "", "Rose Cottage")


def test_nothing_chosen_is_an_error(client: Client, account: User) -> None:
    a_listing()
    draft = draft_with_code(account)

    assert "Select yes if this is your organisation" in text_of(client.post(STEP, {"draft": str(draft.pk)}))


def test_a_shared_code_offers_each_place(client: Client, account: User) -> None:
    first, second = a_listing(name="First House"), a_listing(name="Second House", town="Leeds")
    draft = draft_with_code(account)
    page = text_of(client.get(STEP))
    assert "First House" in page
    assert "Second House" in page
    assert "Leeds" in page

    draft = post_step(client, draft, answer=second.location_id)
    assert draft.location_id == second.location_id != first.location_id


def test_a_head_office_code_offers_the_whole_provider(client: Client, account: User) -> None:
    listing = a_listing(code="VAAAA", provider_name="Lucerne Care Ltd")
    a_listing(code="VBBBB", name="Other House", provider_id=listing.provider_id, provider_name="Lucerne Care Ltd")
    a_head_office(code="A1X2", provider_id=listing.provider_id)
    draft = draft_with_code(account, "A1X2")
    assert "all 2 places" in text_of(client.get(STEP))

    draft = post_step(client, draft, answer=f"provider {listing.provider_id}")
    assert (draft.location_id, draft.provider_id) == ("", listing.provider_id)
    assert draft.organisation_name == "Lucerne Care Ltd"


def test_a_large_provider_is_offered_as_a_whole() -> None:
    provider_id = "1-950"
    for _ in range(MOST_SITES + 1):
        a_listing(code="", provider_id=provider_id, provider_name="Large Care Ltd")
    a_head_office(code="A1X2", provider_id=provider_id)

    assert [one.name for one in organisations_for("A1X2")] == ["Large Care Ltd"]


def test_a_provider_with_one_place_is_that_place() -> None:
    listing = a_listing(code="VAAAA")
    a_head_office(code="A1X2", provider_id=listing.provider_id)

    assert [one.location_id for one in organisations_for("a1x2")] == [listing.location_id]


def test_a_closed_listing_is_not_found() -> None:
    a_listing(status="closed", closed_at="2026-01-01T00:00Z")

    assert organisations_for("VLLWV") == []


def test_an_unknown_code_may_go_on_to_a_person(client: Client, account: User) -> None:
    draft = draft_with_code(account)
    page = text_of(client.get(STEP))
    assert "We cannot find this ODS code" in page
    assert reverse("order_ods_code") in page

    draft = post_step(client, draft, organisation_name="Rose Cottage")
    assert (draft.organisation_answered, draft.listing_denied) == (True, False)
    assert (draft.location_id, draft.organisation_name) == ("", "Rose Cottage")


def test_a_place_that_was_not_offered_cannot_be_chosen(client: Client, account: User) -> None:
    a_listing()
    elsewhere = a_listing(code="VOTHR")
    draft = draft_with_code(account)
    page = client.post(STEP, {"draft": str(draft.pk), "answer": elsewhere.location_id})

    assert "Select your organisation again" in text_of(page)
    draft.refresh_from_db()
    assert not draft.organisation_answered


def test_coming_back_shows_the_answer(client: Client, account: User) -> None:
    listing = a_listing()
    post_step(client, draft_with_code(account), answer=listing.location_id)

    assert f'value="{listing.location_id}" checked' in text_of(client.get(STEP))


def test_a_very_long_name_is_shortened_visibly(client: Client, account: User) -> None:
    listing = a_listing(name="House " * 30)
    draft = post_step(client, draft_with_code(account), answer=listing.location_id)

    assert len(draft.organisation_name) <= 100
    assert draft.organisation_name.endswith("…")


def order_page(client: Client, order: Order) -> str:
    page = text_of(client.get(reverse("order_detail", args=[order.reference])))
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_it_says_that_the_email_did_not_match_and_nothing_of_which_would(client: Client, account: User) -> None:
    a_listing(emails=(INBOX,))
    order = assessed(cqc_order(account))
    page = order_page(client, order)

    assert "The email address of your account is not one that CQC lists" in page
    assert "lucerne.example" not in page.replace(account.email, "")
    assert reverse("correct_ods_code", args=[order.reference]) in page
    assert reverse("send_listed_inbox_link", args=[order.reference]) in page


def test_the_page_is_the_same_for_a_listing_without_an_inbox(client: Client, account: User) -> None:
    a_listing(emails=(INBOX,))
    order = assessed(cqc_order(account))
    with_inbox = order_page(client, order)
    ListedEmail.objects.all().delete()

    assert order_page(client, order) == with_inbox


def test_it_says_that_the_code_was_not_found(client: Client, account: User) -> None:
    order = assessed(cqc_order(account))
    page = order_page(client, order)

    assert "We could not find your ODS code in the CQC register" in page
    assert reverse("send_listed_inbox_link", args=[order.reference]) not in page


def test_a_large_order_that_is_not_cqc_is_told_why_and_nothing_to_do(client: Client, account: User) -> None:
    order = assessed(other_order(account, quantity=40))
    page = order_page(client, order)

    assert "We check orders of more than 25 badges" in page
    assert "correct the ODS code" not in page


def test_a_refusal_is_told_in_words_with_how_to_talk_to_someone(client: Client, settings: Any) -> None:
    check = waiting_check()
    refuse_check(
        check_id=check.pk,
        officer=officer(),
        reason=RefusalReason.DUPLICATE,
        evidence=FOUND,
        now=timezone.now(),
    )
    client.force_login(check.order.account)
    page = order_page(client, check.order)

    assert "already ordered badges" in page
    assert settings.CUSTOMER_SERVICE_PHONE in page
    assert FOUND.note not in page
    assert "Asha" not in page


def test_a_verified_order_has_no_panel(client: Client, account: User) -> None:
    order = assessed(other_order(account, quantity=5))

    assert "Why a person" not in order_page(client, order)


def test_other_peoples_pages_are_not_found(client: Client, account: User) -> None:
    order = assessed(cqc_order(manager("somebody@else.example")))
    for name in ("correct_ods_code", "send_listed_inbox_link"):
        address = reverse(name, args=[order.reference])
        assert client.get(address).status_code == 404
        assert client.post(address, {"ods_code": "VN6C2"}).status_code == 404
        assert Client().get(address).status_code == 302


def test_a_right_code_verifies_at_once(client: Client, account: User) -> None:
    a_listing(code="VN6C2", emails=(account.email,))
    order = assessed(cqc_order(account))
    page = client.post(reverse("correct_ods_code", args=[order.reference]), {"ods_code": "vn6 c2"}, follow=True)

    assert "Your order is verified" in text_of(page)
    order.refresh_from_db()
    assert order.state == State.VERIFIED


def test_a_wrong_code_says_that_a_person_still_looks(client: Client, account: User) -> None:
    order = assessed(cqc_order(account))
    page = client.post(reverse("correct_ods_code", args=[order.reference]), {"ods_code": "VN6C2"}, follow=True)

    assert "A person still needs to check" in text_of(page)


def test_something_that_is_no_code_is_told(client: Client, account: User) -> None:
    order = assessed(cqc_order(account))
    page = client.post(reverse("correct_ods_code", args=[order.reference]), {"ods_code": "1-12345"})

    assert "There is a problem" in text_of(page)
    order.refresh_from_db()
    assert order.ods_code == "VLLWV"


def test_an_order_that_is_through_leads_back(client: Client, account: User) -> None:
    order = assessed(other_order(account, quantity=5))
    address = reverse("correct_ods_code", args=[order.reference])

    assert client.get(address).url == reverse("order_detail", args=[order.reference])
    assert "stays as it is" in text_of(client.post(address, {"ods_code": "VN6C2"}, follow=True))


@pytest.mark.parametrize("emails", [(INBOX,), ()])
def test_the_answer_is_the_same_with_and_without_an_inbox(
    client: Client, account: User, emails: tuple[str, ...]
) -> None:
    a_listing(emails=emails)
    order = assessed(cqc_order(account))
    address = reverse("send_listed_inbox_link", args=[order.reference])
    assert client.get(address).status_code == 200
    assert not ListedInboxLink.objects.exists()
    page = client.post(address, follow=True)

    assert "If CQC gave us an email address for this organisation, we have sent a link to it." in text_of(page)
    assert INBOX not in text_of(page)
    assert ListedInboxLink.objects.count() == 1


def test_the_fourth_time_in_a_day_is_too_often(client: Client, account: User) -> None:
    a_listing()
    order = assessed(cqc_order(account))
    address = reverse("send_listed_inbox_link", args=[order.reference])
    pages = [text_of(client.post(address, follow=True)) for _ in range(4)]

    assert ["Try again tomorrow" in page for page in pages] == [False, False, False, True]


def test_where_there_is_nobody_to_ask_the_page_leads_back(client: Client, account: User) -> None:
    order = assessed(cqc_order(account))
    address = reverse("send_listed_inbox_link", args=[order.reference])

    assert client.get(address).status_code == 302
    assert "We cannot send a link for this order now" in text_of(client.post(address, follow=True))


def body_of(key: str, order: Order) -> str:
    letter = resolver_of(key)([order.pk])[order.pk]
    return render(key, letter, reference="test").body


def test_the_mail_about_a_check_says_why() -> None:
    a_listing(emails=(INBOX,))
    order = assessed(cqc_order())

    text = body_of("order_checking", order)
    assert "is not one that CQC lists" in text
    assert INBOX not in text


def test_the_mail_about_a_refusal_has_the_words_for_the_provider() -> None:
    check = waiting_check()
    refuse_check(
        check_id=check.pk,
        officer=officer(),
        reason=RefusalReason.NOT_AUTHORISED,
        evidence=FOUND,
        now=timezone.now(),
    )

    text = body_of("order_refused", check.order)
    assert refusal_words("not_authorised") in text
    assert FOUND.note not in text


def test_every_reason_has_words_for_the_provider() -> None:
    assert set(_WHY) == set(Reason)
    sentences = why_sentences(Reason.values)
    assert len(sentences) == len(Reason)
    assert not any("{" in sentence for sentence in sentences)


@pytest.mark.parametrize("reason", RefusalReason.values)
def test_every_refusal_has_words_for_the_provider(reason: str) -> None:
    assert refusal_words(reason).endswith(".")


def test_open_check_is_what_the_panel_reads() -> None:
    order = assessed(cqc_order())
    assert open_check(order).reasons == ["code_unknown"]


def test_before_a_code_is_given_no_place_is_offered(client: Client, account: User) -> None:
    """Thousands of places on CQC's list have no code; an empty answer must not stand for all of them."""
    place = a_listing(code="", name="House Without Code")
    stocked()
    draft = save_answers(account=account, answers={"cqc_registered": True}, now=timezone.now())

    page = client.post(STEP, {"draft": str(draft.pk), "answer": place.location_id})

    assert organisations_for("") == []
    assert "House Without Code" not in text_of(page)
    draft.refresh_from_db()
    assert draft.location_id == ""
