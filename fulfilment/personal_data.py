"""What fulfilment holds about people: the lines of their label, and the parcel's number at DX."""

from __future__ import annotations

from badgeportal.inventory import NOW, Correction, Ending, Inventory, Period, Personal, Reach, ToYou, Whose
from fulfilment.disclosures import disclosures_about, told_of
from fulfilment.erasing import empty_open_batches, packed_orders, take_out_of_open_batches

_NO_NAMES = "an opaque account number or the name of a job; the account behind it is overwritten on erasure"

# What stands in a frozen label, by column of the file for DX. A column that is not here fails the tests.
LINES = {
    "name": "who receives the badges",
    **{f"address{line}": "delivery address" for line in range(1, 6)},
    "town": "delivery address",
    "county": "delivery address",
    "postcode": "delivery address",
    "reference": "an opaque reference of the parcel",
}

INVENTORY = Inventory()
INVENTORY.declare(
    "fulfilment.batch",
    inside={"layout": {"*": "headings, names and limits of columns; nothing of what stands in them"}},
    not_personal={
        "id": "a number of the batch itself",
        "state": "how far the batch has come",
        "created_at": "a time",
        "created_by": _NO_NAMES,
        "closed_at": "a time",
        "sent_at": "a time",
        "cancelled_at": "a time",
        "layout": "headings and limits of columns",
        "file_sha256": "a hash of a whole file, from which no line can be found",
        "orders_count": "a count",
        "badges_count": "a count",
    },
)
INVENTORY.declare(
    "fulfilment.consignment",
    reached={Reach.ACCOUNT: "order__account", Reach.ORDER: "order"},
    with_it={"anonymised_at": NOW},
    shown_with=("reference", "order__reference", "dispatched_at", "delivered_at", "returned_at"),
    to_you=ToYou(
        "Parcels",
        {
            "reference": "Parcel",
            "order__reference": "Order",
            "dispatched_at": "When DX took it",
            "delivered_at": "When it was delivered",
            "returned_at": "When it came back",
            "frozen_lines": "Name and address on the label",
            "dx_number": "DX’s number of the parcel",
        },
    ),
    inside={"frozen_lines": LINES},
    personal={
        "frozen_lines": Personal(
            what="Name and delivery address as they were printed on the label",
            whose=Whose.RECIPIENT,
            purpose="Give DX the same file again, and look the parcel up",
            source="The order, when its batch was closed",
            retention="Until the batch is cancelled, the person is erased or the portal closes",
            erasure=Ending.BLANK,
            closing=Ending.BLANK,
            recipients=("APS", "DX"),
            correction=Correction.NEVER,
        ),
        "dx_number": Personal(
            what="DX’s number of the parcel, by which DX can find its address",
            whose=Whose.RECIPIENT,
            purpose="Track the parcel",
            source="DX’s tracking file",
            retention="Until the person is erased or the portal closes",
            erasure=Ending.BLANK,
            closing=Ending.BLANK,
            recipients=("APS", "DX"),
            correction=Correction.NEVER,
        ),
    },
    not_personal={
        "id": "a number of the record itself",
        "batch": "the batch it is in",
        "order": "the order it is for",
        "reference": "a random reference",
        "live": "yes or no about a parcel",
        "quantity": "a number of badges, needed for the anonymous count",
        "anonymised_at": "a time",
        "dispatched_at": "a time",
        "delivered_at": "a time",
        "returned_at": "a time",
        "withdrawn_at": "a time",
    },
)
INVENTORY.declare(
    "fulfilment.disclosure",
    inside={"fields": {"*": "names of columns of the file for DX"}},
    not_personal={
        "id": "a number of the record itself",
        "consignment": "the parcel it is about",
        "recipient": "the courier",
        "fields": "names of columns, never what stands in them",
        "actor": _NO_NAMES,
        "at": "a time",
    },
)
INVENTORY.declare(
    "fulfilment.trackingimport",
    searched=("file_name",),
    personal={
        "file_name": Personal(
            what="Name of a tracking file, in which somebody may be named",
            whose=Whose.RECIPIENT,
            purpose="Let staff tell their files apart",
            source="A member of staff, from DX",
            retention="Until the portal closes",
            erasure=Ending.BLANK,
            closing=Ending.BLANK,
            exported=False,
            correction=Correction.NEVER,
        )
    },
    not_personal={
        "id": "a number of the record itself",
        "file_sha256": "a hash of a whole file, from which no line can be found",
        "rows": "a count",
        "new": "a count",
        "repeated": "a count",
        "unknown": "a count",
        "failed": "a count",
        "actor": _NO_NAMES,
        "at": "a time",
    },
)
INVENTORY.declare(
    "fulfilment.trackingrow",
    kept_for=(Period("TRACKING_PROBLEM_DAYS", "fulfilment.sweep_tracking_problems"),),
    searched=("value",),
    personal={
        "value": Personal(
            what="A cell of the courier’s file that could not be read; a driver may have written a name in it",
            whose=Whose.RECIPIENT,
            purpose="Ask the courier what it means",
            source="DX’s tracking file",
            retention="TRACKING_PROBLEM_DAYS (30)",
            erasure=Ending.DELETE_ROW,
            closing=Ending.DELETE_ROW,
            exported=False,
            correction=Correction.NEVER,
        ),
    },
    not_personal={
        "id": "a number of the record itself",
        "tracking_import": "the file it stood in",
        "row_number": "where it stood in the file",
        "column": "one of four names",
        "reason": "one of our sentences",
    },
)
INVENTORY.declare(
    "fulfilment.trackingevent",
    not_personal={
        "id": "a number of the record itself",
        "consignment": "the parcel it is about",
        "kind": "one of a fixed list",
        "at": "a time",
        "source": "the file it stood in",
    },
)
INVENTORY.exports_also(disclosures_about)
INVENTORY.says_who_was_told(told_of)
INVENTORY.says_what_is_open(packed_orders)
INVENTORY.cancels_at_closing(empty_open_batches)
INVENTORY.settle_before_erasing(take_out_of_open_batches)
