"""The last wall: each constraint of the orders tables, broken on purpose in PostgreSQL itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from orders.models import Order, OrderDraft, OrderEvent, OrderProblem, StockBalance, StockMovement
from orders.models.order import ERASED_COLUMNS
from tests.factories.user import UserFactory
from tests.journeys import placed_order, stocked

NOW = datetime.fromisoformat("2026-11-23T12:00:00+00:00")


# A case makes what it needs through the actions, and returns the write that PostgreSQL must refuse.
Write = Callable[[], object]
Case = Callable[[], Write]


def order_with(**columns: object) -> Case:
    def case() -> Write:
        order = placed_order()
        return lambda: Order.objects.filter(pk=order.pk).update(**columns)

    return case


def event_with(**columns: object) -> Case:
    def case() -> Write:
        fields = {"order": placed_order(), "kind": "place", "actor": "user:1", "at": NOW} | columns
        return lambda: OrderEvent.objects.create(**fields)

    return case


def movement_with(*, of_order: bool = False, **columns: object) -> Case:
    def case() -> Write:
        fields = {
            "kind": "received", "on_hand_change": 5, "reserved_change": 0, "reason": "count", "actor": "user:1", "at": NOW,
            "order": placed_order() if of_order else None,
        } | columns  # fmt: skip
        return lambda: StockMovement.objects.create(**fields)

    return case


def balance_with(**columns: object) -> Case:
    def case() -> Write:
        stocked(10)
        return lambda: StockBalance.objects.update(**columns)

    return case


def draft_with(**columns: object) -> Case:
    def case() -> Write:
        account = UserFactory()
        return lambda: OrderDraft.objects.create(account=account, started_at=NOW, updated_at=NOW, **columns)

    return case


def problem_with(*, times: int = 1, **columns: object) -> Case:
    """The last of `times` problems of one order, with `columns`."""

    def case() -> Write:
        order = placed_order()
        fields = {"order": order, "kind": "other", "text": "Two are bent", "opened_at": NOW} | columns
        if fields.get("closed_by"):
            fields["closed_by"] = UserFactory()
        for _ in range(times - 1):
            OrderProblem.objects.create(**fields)
        return lambda: OrderProblem.objects.create(**fields)

    return case


def two_open_drafts() -> Write:
    first = draft_with()()()
    return lambda: OrderDraft.objects.create(account=first.account, started_at=NOW, updated_at=NOW)


def two_drafts_of_one_order() -> Write:
    order = placed_order()
    return lambda: OrderDraft.objects.create(account=order.account, order=order, started_at=NOW, updated_at=NOW)


def the_same_reference_twice() -> Write:
    first, second = placed_order(), placed_order()
    return lambda: Order.objects.filter(pk=second.pk).update(reference=first.reference)


def a_second_balance() -> Write:
    return lambda: StockBalance.objects.create(pk=2)


VIOLATIONS: dict[str, list[Case]] = {
    "order_quantity_above_zero": [order_with(quantity=0)],
    "order_state_is_known": [order_with(state="lost")],
    "order_refused_only_by_a_person": [
        order_with(state="refused", refusal_reason="duplicate"),
        order_with(state="refused"),
        order_with(refusal_reason="duplicate"),
    ],
    "order_hold_has_its_time": [order_with(hold="officer"), order_with(held_at=NOW)],
    "order_reference_shape": [order_with(reference="CARE-0000-1111"), order_with(reference="")],
    "order_event_actor_is_named": [event_with(actor=""), event_with(actor="user:"), event_with(actor="somebody")],
    "order_event_refused_only_by_a_person": [event_with(to_state="refused", actor="system:assess-orders")],
    "order_problem_one_open_for_each_order": [problem_with(times=2)],
    "order_problem_closed_by_a_person": [
        problem_with(closed_at=NOW, outcome="solved"),
        problem_with(closed_at=NOW, closed_by=True),
        problem_with(outcome="solved"),
        problem_with(answer="We send two more"),
        problem_with(closed_at=NOW, closed_by=True, outcome="erased"),
        problem_with(closed_at=NOW, outcome="erased", answer="We send two more"),
    ],
    "order_anonymised_holds_nothing": [
        order_with(anonymised_at=NOW),
        order_with(anonymised_at=NOW, **dict.fromkeys(ERASED_COLUMNS[:-1], "")),
    ],
    "order_anonymised_is_not_restricted": [
        order_with(anonymised_at=NOW, recipient_restricted_at=NOW, **dict.fromkeys(ERASED_COLUMNS, "")),
    ],
    "draft_one_open_for_each_account": [two_open_drafts],
    "draft_quantity_above_zero": [draft_with(quantity=0)],
    "stock_movement_signs_fit_its_kind": [
        movement_with(on_hand_change=-5),
        movement_with(reserved_change=1),
        movement_with(kind="corrected", on_hand_change=0),
        movement_with(kind="written_off"),
        movement_with(kind="reserved", on_hand_change=0, reserved_change=-1, of_order=True, reason=""),
        movement_with(kind="released", on_hand_change=0, reserved_change=1, of_order=True, reason=""),
        movement_with(kind="dispatched", on_hand_change=-5, reserved_change=-4, of_order=True, reason=""),
        movement_with(kind="returned", on_hand_change=5, reserved_change=5, of_order=True, reason=""),
        movement_with(kind="returned_and_reserved", on_hand_change=5, reserved_change=0, of_order=True, reason=""),
        movement_with(kind="stolen", of_order=True),
    ],
    "stock_movement_has_a_reason_or_an_order": [
        movement_with(reason=""),
        movement_with(of_order=True),
        movement_with(kind="reserved", on_hand_change=0, reserved_change=5),
    ],
    "stock_movement_actor_is_named": [movement_with(actor=""), movement_with(actor="system:")],
    "stock_balance_is_one_row": [a_second_balance],
    "stock_reserved_not_below_zero": [balance_with(reserved=-1)],
    "stock_never_promised_twice": [balance_with(on_hand=10, reserved=11)],
    # Columns declared unique.
    "orders_order_reference_key": [the_same_reference_twice],
    "orders_orderdraft_order_id_key": [two_drafts_of_one_order],
}


def check_and_unique_constraints() -> set[str]:
    """Every check and unique constraint or index of the tables of this app, but for primary keys and PostgreSQL's own
    `>= 0` of positive columns, which say less than ours.
    """
    found: set[str] = set()
    with connection.cursor() as cursor:
        for model in apps.get_app_config("orders").get_models():
            rows = connection.introspection.get_constraints(cursor, model._meta.db_table)
            found |= {
                name
                for name, row in rows.items()
                if (row["check"] or row["unique"]) and not row["primary_key"] and not row["foreign_key"]
            }
    return {name for name in found if not name.endswith(("_id_check", "_quantity_check", "_version_check"))}


@pytest.mark.django_db
def test_every_constraint_has_a_case_that_breaks_it():
    assert check_and_unique_constraints() == set(VIOLATIONS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "case"),
    [(name, case) for name, cases in VIOLATIONS.items() for case in cases],
    ids=[f"{name}-{number}" for name, cases in VIOLATIONS.items() for number, _ in enumerate(cases, start=1)],
)
def test_postgresql_refuses(name, case):
    write = case()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


@pytest.mark.django_db
def test_the_cases_fail_for_their_constraint_alone():
    """The same writes without the fault are taken, so that each case shows its own constraint."""
    sound = [
        order_with(hold="officer", held_at=NOW),
        event_with(),
        movement_with(),
        movement_with(kind="reserved", on_hand_change=0, reserved_change=5, of_order=True, reason=""),
        balance_with(on_hand=10, reserved=10),
        draft_with(quantity=1),
        order_with(anonymised_at=NOW, **dict.fromkeys(ERASED_COLUMNS, "")),
        problem_with(closed_at=NOW, outcome="erased"),
        problem_with(times=2, closed_at=NOW, closed_by=True, outcome="solved", answer="We send two more"),
    ]
    for case in sound:
        case()()
