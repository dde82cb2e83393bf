"""What becomes of parcels, and what DX's file says of them."""

from __future__ import annotations

from enum import Enum


class Parcel(Enum):
    USUAL = "delivered the next day"
    SLOW = "nobody opened, delivered a day later"
    LATE = "delivered after four days"
    STUCK = "nobody opened"
    COMES_BACK = "came back to us"
    LOST = "not seen since DX collected it"


class Then(Enum):
    """What staff do with a parcel that came back."""

    WAIT = "wait"
    SEND_AGAIN = "send again"
    CANCEL = "cancel"


_SENT_DAY = [(0, "16:40", "Order"), (0, "17:50", "Scan at collection")]
_NEXT_MORNING = [(1, "04:35", "Scan at delivery"), (1, "08:10", "Out for delivery")]
_NOBODY_IN = [*_SENT_DAY, *_NEXT_MORNING, (1, "12:40", "Not delivered - no answer")]
_NOBODY_AGAIN = [*_NOBODY_IN, (2, "11:50", "Not delivered - no answer")]
# What DX scans, by working days after the batch was sent.
SCANS: dict[Parcel, list[tuple[int, str, str]]] = {
    Parcel.USUAL: [*_SENT_DAY, *_NEXT_MORNING, (1, "11:25", "Delivered")],
    Parcel.SLOW: [*_NOBODY_IN, (2, "08:05", "Out for delivery"), (2, "10:15", "Delivered")],
    Parcel.LATE: [*_NOBODY_AGAIN, (4, "08:20", "Out for delivery"), (4, "13:05", "Delivered")],
    Parcel.STUCK: _NOBODY_AGAIN,
    Parcel.COMES_BACK: [*_NOBODY_AGAIN, (3, "15:10", "Returned to sender")],
    Parcel.LOST: _SENT_DAY,
}
# After so many working days DX says nothing more.
LAST_SCAN = max(day for scans in SCANS.values() for day, _, _ in scans)
