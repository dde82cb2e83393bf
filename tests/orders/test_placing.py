"""Placing an order: once, with everything it brings, or not at all."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from accounts.models import Portal
from badgeportal.outbox.models import OutboxMessage
from orders import placing
from orders.drafts import DraftAlreadyPlaced, open_draft, save_answers
from orders.models import Order, OrderDraft, StockBalance, StockMovement
from orders.placing import DraftChanged, DraftIncomplete, DraftNotFound, OrderingClosed, StaffDoNotOrder, place_order
from orders.stock import NotEnoughBadges
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import CQC, finished_draft, placed_order, stocked

pytestmark = pytest.mark.django_db


def place(draft: OrderDraft, **other: object) -> Order:
    wanted = {"account": draft.account, "draft_id": draft.pk, "version": draft.version, "now": timezone.now()} | other
    return place_order(**wanted)


def nothing_was_written() -> bool:
    return not (
        Order.objects.exists()
        or OutboxMessage.objects.exists()
        or StockMovement.objects.filter(order__isnull=False).exists()
        or StockBalance.current().reserved
    )


@pytest.mark.promise("registered-users")
def test_an_order_comes_with_its_event_mail_and_badges():
    stocked(100)
    draft = finished_draft(quantity=12)
    order = place(draft)
    assert (order.state, order.quantity, order.account, order.recipient_name) == (
        "placed",
        12,
        draft.account,
        "Megan Ŵyn-Jones",
    )
    assert (order.address_key, order.organisation_key) == ("LS14AP rosecottagecarehome", "sunrise day centre")
    assert [(event.kind, event.actor) for event in order.events.all()] == [("place", f"user:{draft.account.pk}")]
    assert [mail.template for mail in OutboxMessage.objects.about(order)] == ["order_placed"]
    assert [(m.kind, m.reserved_change) for m in order.stock_movements.all()] == [("reserved", 12)]
    assert StockBalance.current().available == 88


def test_placing_the_same_draft_again_returns_the_same_order():
    stocked(100)
    draft = finished_draft()
    first = place(draft)
    assert place(draft).pk == first.pk
    assert place(draft, version=draft.version + 7).pk == first.pk
    assert (Order.objects.count(), StockBalance.current().reserved) == (1, 10)


def test_answers_changed_after_the_check_are_not_placed():
    stocked(100)
    draft = finished_draft()
    save_answers(account=draft.account, answers={"quantity": 11}, now=timezone.now())
    with pytest.raises(DraftChanged):
        place(draft)
    assert nothing_was_written()


def test_the_same_answer_saved_again_changes_no_version():
    draft = finished_draft()
    again = save_answers(account=draft.account, answers={"quantity": 10}, now=timezone.now())
    assert again.version == draft.version


def test_a_gap_is_not_placed():
    stocked(100)
    draft = finished_draft(quantity=26, phone="")
    with pytest.raises(DraftIncomplete) as gap:
        place(draft)
    assert gap.value.step == "order_phone"
    assert nothing_was_written()


def test_an_address_that_no_longer_fits_the_label_is_not_placed(settings):
    stocked(100)
    draft = finished_draft()
    settings.DX_LAYOUT = [{"heading": "Name", "field": "name", "limit": 5}]
    with pytest.raises(DraftIncomplete) as gap:
        place(draft)
    assert gap.value.step == "order_delivery"


@pytest.mark.parametrize("changes", [{"ordering_open": False}, {"ordering_closes_at": timezone.now()}])
def test_a_closed_portal_takes_no_order(changes):
    stocked(100)
    draft = finished_draft()
    Portal.objects.update(**changes)
    with pytest.raises(OrderingClosed):
        place(draft)
    assert nothing_was_written()


def test_an_order_placed_before_closing_is_still_found_by_its_draft():
    stocked(100)
    draft = finished_draft()
    order = place(draft)
    Portal.objects.update(ordering_open=False)
    assert place(draft).pk == order.pk


def test_more_badges_than_there_are_are_not_promised():
    stocked(9)
    draft = finished_draft(quantity=10)
    with pytest.raises(NotEnoughBadges) as short:
        place(draft)
    assert (short.value.wanted, short.value.available) == (10, 9)
    assert nothing_was_written()


def test_the_last_badges_can_be_ordered():
    stocked(10)
    assert place(finished_draft(quantity=10)).quantity == 10
    assert StockBalance.current().available == 0


@pytest.mark.parametrize("whose", ["somebody else's", "nobody's"])
def test_a_draft_that_is_not_yours_is_not_found(whose):
    stocked(100)
    draft = finished_draft()
    other = {"account": UserFactory()} if whose == "somebody else's" else {"draft_id": uuid.uuid4()}
    with pytest.raises(DraftNotFound):
        place(draft, **other)
    assert nothing_was_written()


def test_a_reference_drawn_twice_is_drawn_again(monkeypatch):
    stocked(100)
    taken = place(finished_draft()).reference
    drawn = iter([taken, "CARE-2345-6788"])
    monkeypatch.setattr(placing, "new_reference", lambda: next(drawn))
    assert place(finished_draft()).reference == "CARE-2345-6788"


def test_a_broken_constraint_other_than_the_reference_is_not_tried_again(monkeypatch):
    stocked(100)
    monkeypatch.setattr(placing, "new_reference", lambda: "CARE-0000-0000")
    with pytest.raises(placing.IntegrityError, match="order_reference_shape"):
        place(finished_draft())


def test_the_order_gets_only_the_answers_that_it_needs():
    stocked(100)
    account = UserFactory()
    assert place(finished_draft(account, quantity=40)).phone == "+441614960123"
    finished_draft(account, quantity=40)
    draft = save_answers(account=account, answers={"quantity": 4}, now=timezone.now())
    assert draft.phone != "", "nothing typed is lost on the draft"
    assert place(draft).phone == ""


def test_changing_the_cqc_answer_stays_known_with_what_was_said_first():
    stocked(100)
    account = UserFactory()
    finished_draft(account, **CQC)
    for said in (False, True, False):
        draft = save_answers(account=account, answers={"cqc_registered": said}, now=timezone.now())
    draft = save_answers(
        account=account,
        answers={"organisation_name": "Sunrise", "organisation_type": "agency", "phone": "+441614960123"},
        now=timezone.now(),
    )
    order = place(draft)
    assert (order.changed_cqc_answer, order.cqc_registered, order.ods_code) == (True, False, "VLLWV")


def test_another_ods_code_asks_for_the_organisation_again():
    account = UserFactory()
    finished_draft(account, **CQC, location_id="1-123", provider_id="1-456")
    draft = save_answers(account=account, answers={"ods_code": "A1X2"}, now=timezone.now())
    assert (draft.organisation_answered, draft.location_id, draft.provider_id) == (False, "", "")


def test_a_page_of_a_placed_draft_cannot_begin_another_order():
    order = placed_order()
    draft_id = order.draft.pk
    with pytest.raises(DraftAlreadyPlaced) as told:
        save_answers(account=order.account, answers={"quantity": 5}, now=timezone.now(), draft_id=draft_id)
    assert told.value.order == order
    assert not open_draft(order.account).is_started


def test_only_answers_of_the_journey_are_saved():
    for field in ("changed_cqc_answer", "version", "order", "account"):
        with pytest.raises(ValueError, match=field):
            save_answers(account=UserFactory(), answers={field: True}, now=timezone.now())


def test_staff_place_no_orders():
    """An officer could decide the check of an order of their own."""
    stocked(100)
    draft = finished_draft(StaffFactory())
    with pytest.raises(StaffDoNotOrder):
        place(draft)
    assert nothing_was_written()
