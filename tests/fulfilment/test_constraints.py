"""Every rule that the database itself keeps, broken on purpose. A new constraint without a case here fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import IntegrityError

from fulfilment.models import Batch, Consignment, Disclosure, TrackingEvent, TrackingImport
from fulfilment.references import new_references
from tests.fulfilment.steps import NOW, closed_batch, load, open_batch, sent_batch, verified_order

pytestmark = pytest.mark.django_db


def discovered() -> set[str]:
    named = {
        constraint.name
        for model in apps.get_app_config("fulfilment").get_models()
        for constraint in model._meta.constraints
    }
    unique = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_app_config("fulfilment").get_models()
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key
    }
    return named | unique


def an_open_batch() -> Batch:
    verified_order()
    return open_batch()


def a_parcel() -> Consignment:
    verified_order()
    return sent_batch().consignments.get()


def change_batch(**values: object) -> None:
    an_open_batch()
    Batch.objects.update(**values)


def change_closed_batch(**values: object) -> None:
    verified_order()
    closed_batch()
    Batch.objects.update(**values)


def change_parcel(**values: object) -> None:
    a_parcel()
    Consignment.objects.update(**values)


def second_parcel(**values: object) -> None:
    first = a_parcel()
    (reference,) = new_references(1)
    usual = {"batch": first.batch, "order": first.order, "reference": reference, "quantity": 1}
    Consignment.objects.create(**(usual | values))


def same_reference_again() -> None:
    first = a_parcel()
    Consignment.objects.create(batch=first.batch, order=first.order, reference=first.reference, quantity=1, live=False)


def change_disclosure(**values: object) -> None:
    a_parcel()
    Disclosure.objects.update(**values)


def second_disclosure() -> None:
    parcel = a_parcel()
    Disclosure.objects.create(consignment=parcel, recipient="DX", fields=["name"], actor="system:test", at=NOW)


def an_import() -> TrackingImport:
    return load(f"{a_parcel().reference},L1,Delivered,04/11/2026 11:00")


def change_import(**values: object) -> None:
    an_import()
    TrackingImport.objects.update(**values)


def second_event() -> None:
    an_import()
    event = TrackingEvent.objects.get()
    TrackingEvent.objects.create(consignment=event.consignment, kind=event.kind, at=event.at, source=event.source)


def change_event(**values: object) -> None:
    an_import()
    TrackingEvent.objects.update(**values)


BREAKS: dict[str, Callable[[], None]] = {
    "batch_closed_has_its_hash": lambda: change_batch(state="closed", closed_at=NOW),
    "batch_sent_has_its_time": lambda: change_closed_batch(state="sent"),
    "batch_cancelled_has_its_time": lambda: change_batch(state="cancelled"),
    "batch_that_goes_is_not_empty": lambda: change_closed_batch(orders_count=0),
    "batch_creator_is_named": lambda: change_batch(created_by="somebody"),
    "consignment_one_live_for_each_order": second_parcel,
    "consignment_quantity_above_zero": lambda: change_parcel(quantity=0),
    "consignment_reference_shape": lambda: change_parcel(reference="CARE-7K3M-9Q2P"),
    "consignment_erased_holds_no_lines": lambda: change_parcel(anonymised_at=NOW),
    "consignment_withdrawn_holds_no_lines": lambda: change_parcel(withdrawn_at=NOW),
    "consignment_that_came_back_is_not_live": lambda: change_parcel(returned_at=NOW),
    "consignment_ends_only_after_it_left": lambda: change_parcel(dispatched_at=None, delivered_at=NOW),
    "consignment_ends_one_way": lambda: change_parcel(live=False, delivered_at=NOW, returned_at=NOW),
    "fulfilment.consignment.reference": same_reference_again,
    "disclosure_once_for_each_recipient": second_disclosure,
    "disclosure_of_name_and_address_only": lambda: change_disclosure(fields=["name", "email"]),
    "disclosure_actor_is_named": lambda: change_disclosure(actor="nobody"),
    "tracking_import_counts_every_row_once": lambda: change_import(new=7),
    "tracking_import_actor_is_named": lambda: change_import(actor=""),
    "tracking_event_once": second_event,
    "tracking_event_kind_is_known": lambda: change_event(kind="lost"),
}


def test_every_constraint_is_broken_here_on_purpose():
    assert set(BREAKS) == discovered()


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_the_database_refuses(name):
    wanted = name.removeprefix("fulfilment.").replace(".", "_")
    with pytest.raises(IntegrityError, match=wanted):
        BREAKS[name]()
