"""What new events of parcels mean for their orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import OuterRef, Subquery

from badgeportal.actor import Actor
from fulfilment.models import Batch, Consignment, TrackingEvent
from fulfilment.sending import record_disclosures
from fulfilment.tracking.reading import Problem, Row
from orders.lifecycle import Who
from orders.moves import move_orders

Kind = TrackingEvent.Kind
New = Sequence[tuple[Row, Consignment]]


def move_orders_on(new: New, *, actor: Actor, by: Who, now: datetime) -> list[Problem]:
    """Dispatch, deliver or take back the orders of parcels with new events; returns notes on rows that a person should see.

    Only the live parcel of an order moves it: a late scan of one that came back says nothing about its successor.
    """
    if not new:
        return []
    parcels = {parcel.pk: parcel for _, parcel in new}
    order_of = {parcel.order_id: parcel.pk for parcel in parcels.values() if parcel.live}
    move_orders(move="dispatch", order_ids=order_of, by=by, actor=actor, now=now)
    _keep_numbers(new)
    _note_dispatch(parcels, actor=actor, now=now)
    endings = _endings(order_of.values())
    notes: list[Problem] = []
    for move, kind, column in (
        ("deliver", Kind.DELIVERED, "delivered_at"),
        ("come_back", Kind.RETURNED, "returned_at"),
    ):
        order_ids = [order for order, parcel in order_of.items() if endings.get(parcel) == kind]
        moved = {row.order_id for row in move_orders(move=move, order_ids=order_ids, by=by, actor=actor, now=now)}
        _note_ending(column, kind, [order_of[order] for order in moved])
        if move == "come_back":
            notes = _came_back_after_delivery(new, {order_of[order] for order in set(order_ids) - moved})
    return notes


def _keep_numbers(new: New) -> None:
    # DX may put a parcel under a new number: the one of the latest new event counts. An erased person's stays away.
    latest: dict[int, tuple[datetime, str]] = {}
    for row, parcel in new:
        if row.number and row.at >= latest.get(parcel.pk, (row.at, ""))[0]:
            latest[parcel.pk] = (row.at, row.number)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE fulfilment_consignment AS c SET dx_number = v.number"
            " FROM unnest(%s::bigint[], %s::text[]) AS v (id, number)"
            " WHERE c.id = v.id AND c.dx_number <> v.number AND c.anonymised_at IS NULL",
            [list(latest), [number for _, number in latest.values()]],
        )


def _note_dispatch(parcels: dict[int, Consignment], *, actor: Actor, now: datetime) -> None:
    first = TrackingEvent.objects.filter(consignment=OuterRef("pk")).order_by("at").values("at")[:1]
    Consignment.objects.filter(pk__in=parcels, dispatched_at__isnull=True).update(dispatched_at=Subquery(first))
    # The batch may not have been marked sent yet: that DX scans a parcel shows that it was told of it.
    untold: dict[Batch, list[int]] = {}
    for parcel in parcels.values():
        if parcel.batch.state == Batch.State.CLOSED:
            untold.setdefault(parcel.batch, []).append(parcel.pk)
    for batch, ids in untold.items():
        record_disclosures(ids, batch=batch, actor=actor, now=now)


def _endings(parcels: Iterable[int]) -> dict[int, str]:
    """The kind of the last event, delivered or returned, of each parcel that has one."""
    ends = TrackingEvent.objects.filter(consignment__in=list(parcels), kind__in=(Kind.DELIVERED, Kind.RETURNED))
    return dict(ends.order_by("at", "pk").values_list("consignment", "kind"))


def _note_ending(column: str, kind: Kind, parcels: list[int]) -> None:
    last = TrackingEvent.objects.filter(consignment=OuterRef("pk"), kind=kind).order_by("-at").values("at")[:1]
    further = {"live": False} if kind == Kind.RETURNED else {}
    Consignment.objects.filter(pk__in=parcels).update(**{column: Subquery(last)}, **further)


def _came_back_after_delivery(new: New, parcels: set[int]) -> list[Problem]:
    gone = set(Consignment.objects.delivered().filter(pk__in=parcels).values_list("pk", flat=True))
    return [
        Problem(
            row.row_number, "event", parcel.reference, "DX says it came back, but it was delivered. Look at the order"
        )
        for row, parcel in new
        if row.kind == Kind.RETURNED and parcel.pk in gone
    ]
