"""The journey's other ways: on the register, and not registered with CQC."""

from __future__ import annotations

import pytest

from tests.browser.journey import Arrives, a_stocked_shelf
from tests.browser.provider import Provider

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("register", "own_mailbox", "real_worker"),
]


def test_an_order_that_is_on_the_register_needs_no_person(arrives: Arrives) -> None:
    a_stocked_shelf(arrives)
    amira: Provider = arrives(Provider)
    amira.registers("manager@larkfield-house.example.org")
    amira.confirms_the_address_with_the_code_from_the_mailbox()
    amira.answers_as_a_cqc_provider(ods_code="VLARK", place="Larkfield House")
    amira.asks_for(34)
    amira.says_where_they_go()
    reference = amira.places_the_order()
    amira.follows_the_order(reference, until="Verified")
    amira.reads("We matched your order with the CQC register.")


def test_more_than_25_badges_without_cqc_are_asked_for_a_phone_number_and_checked(arrives: Arrives) -> None:
    a_stocked_shelf(arrives)
    tom: Provider = arrives(Provider)
    tom.registers("hello@brookfield-day-centre.example.org")
    tom.confirms_the_address_with_the_code_from_the_mailbox()
    tom.answers_as_somebody_cqc_does_not_know(name="Brookfield Day Centre", kind="Day centre or community service")
    tom.asks_for(26)
    tom.gives_the_phone_number("01632 960 210")
    tom.says_where_they_go()
    tom.checks_the_answers("01632 960210")
    reference = tom.places_the_order()
    tom.follows_the_order(reference, until="Being checked by a person")
    tom.reads("We check orders of more than 25 badges from organisations that CQC does not register.")
