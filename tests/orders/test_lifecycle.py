"""The table of moves: it is whole, its diagram is current, and nothing moves against it."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.template.loader import get_template
from django.utils import timezone

from badgeportal.actor import Actor
from badgeportal.outbox.models import OutboxMessage
from orders import mails, timeline
from orders.lifecycle import ENDED_STATES, MOVES, OPEN_STATES, RESERVING_STATES, State, Who
from orders.models import Order, StockBalance
from orders.moves import MoveNotAllowed, OrderCannotMove, move_order, move_orders
from tests.factories.user import StaffFactory, UserFactory
from tests.journeys import JOB, order_at, placed_order

STATES = list(State)


def test_every_state_can_be_reached_and_is_open_or_ended():
    assert {move.target for move in MOVES.values()} == set(State)
    assert {*OPEN_STATES, *ENDED_STATES} == set(State)
    assert not {*OPEN_STATES} & {*ENDED_STATES}


def test_an_ended_order_goes_nowhere():
    assert {source for move in MOVES.values() for source in move.sources} & {*ENDED_STATES} == set()


def test_only_staff_refuse():
    assert [move.who for move in MOVES.values() if move.target == State.REFUSED] == [frozenset({Who.STAFF})]


def test_stock_follows_the_states():
    """Badges are set aside exactly while an order is in a state that reserves."""
    for move in MOVES.values():
        change = move.stock.value[1] if move.stock else 0
        for source in move.sources or (None,):
            assert change == (move.target in RESERVING_STATES) - (source in RESERVING_STATES), move.name


def test_every_mail_of_a_move_has_its_text_and_every_state_its_words():
    for key in mails.KEYS:
        assert get_template(f"mail/{key}.txt")
    assert set(timeline._STATUS) == set(State)
    assert set(MOVES) - {"verify"} - set(timeline._SAYS) == set()


def test_the_page_about_the_lifecycle_is_current():
    call_command("lifecycle_diagram", check=True)


def test_a_page_that_differs_from_the_table_is_noticed(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    call_command("lifecycle_diagram")
    page = tmp_path / "docs" / "lifecycle.md"
    page.write_text(page.read_text().replace("refuse (staff)", "refuse (portal)"))
    with pytest.raises(CommandError, match="out of date"):
        call_command("lifecycle_diagram", check=True)


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_an_order_moves_along_the_table_and_in_no_other_way(state):
    """From each state every move is tried: those of the table happen, with event, mail and stock; the others change nothing."""
    officer, account = StaffFactory(), UserFactory()
    for move in MOVES.values():
        if not move.sources:
            continue
        order = order_at(state, account)
        by = next(iter(sorted(move.who, key=lambda who: who.value)))
        actor = JOB if by is Who.SYSTEM else Actor.user(officer)
        changes = {"refused_by": officer, "refusal_reason": "duplicate"} if move.name == "refuse" else {}
        before = StockBalance.current()
        events, sent = order.events.count(), OutboxMessage.objects.count()
        if state not in move.sources:
            with pytest.raises(OrderCannotMove) as told, transaction.atomic():
                move_order(move=move.name, order=order, by=by, actor=actor, now=timezone.now(), changes=changes)
            assert (told.value.state, order.state, order.events.count()) == (state, state, events)
            continue
        with transaction.atomic():
            move_order(move=move.name, order=order, by=by, actor=actor, now=timezone.now(), changes=changes)
        assert order.state == move.target
        assert order.events.count() == events + 1
        assert OutboxMessage.objects.count() == sent + bool(move.mail)
        on_hand, reserved = move.stock.value if move.stock else (0, 0)
        after = StockBalance.current()
        assert after.on_hand - before.on_hand == on_hand * order.quantity
        assert after.reserved - before.reserved == reserved * order.quantity


@pytest.mark.django_db
@pytest.mark.parametrize("move", [move for move in MOVES.values() if move.sources], ids=lambda move: move.name)
def test_nobody_makes_a_move_that_is_not_theirs(move):
    order = order_at(move.sources[0])
    person, job = Actor.user(UserFactory()), JOB
    for by in Who:
        for actor in (person, job):
            if by in move.who and (by is Who.SYSTEM) != actor.is_person:
                continue
            with pytest.raises(MoveNotAllowed), transaction.atomic():
                move_order(move=move.name, order=order, by=by, actor=actor, now=timezone.now())
    order.refresh_from_db()
    assert order.state == move.sources[0]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_orders_do_not_move_outside_a_transaction():
    order = placed_order()
    with pytest.raises(RuntimeError, match="inside the transaction"):
        move_orders(move="verify", order_ids=[order.pk], by=Who.SYSTEM, actor=JOB, now=timezone.now())


@pytest.mark.django_db
def test_many_orders_move_in_a_fixed_number_of_statements(django_assert_num_queries):
    few = [placed_order().pk for _ in range(2)]
    many = [placed_order().pk for _ in range(12)]
    for ids in (few, many):
        # Lock, update, events, mails.
        with django_assert_num_queries(4):
            moved = move_orders(move="verify", order_ids=ids, by=Who.SYSTEM, actor=JOB, now=timezone.now())
        assert sorted(row.order_id for row in moved) == ids
    assert Order.objects.awaiting_dispatch().count() == 14
