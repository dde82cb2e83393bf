"""DX's words for what happened to a parcel, in our own few kinds.

Seen in clients of DX's tracking page: Order, Scan at collection, Scan at delivery, Scanned…, Out for delivery, Delivered; and, in
services that sit in front of it: Label Created, In Transit, Ready for Pickup, Problem with Delivery, Returning to Sender.
"""

from __future__ import annotations

import re

from fulfilment.models import TrackingEvent

Kind = TrackingEvent.Kind

# The first line that fits decides: "Delivered, no answer at the door" was delivered, "Not delivered" was not, and what went
# back to the depot has not come back to us.
_WORDS: tuple[tuple[Kind, str], ...] = (
    (Kind.DELIVERED, r"^(successfully )?delivered|^delivery complete|^signed"),
    (Kind.IN_TRANSIT, r"scan(ned)? at delivery|delivery (depot|hub)"),
    (Kind.OUT_FOR_DELIVERY, r"out for delivery|with (the )?driver|on vehicle|loaded for delivery"),
    (
        Kind.PROBLEM,
        r"not delivered|undeliver|unable|could not|attempt|failed|failure|carded|card left|no answer|refused",
    ),
    (
        Kind.PROBLEM,
        r"problem|damage|lost|missing|incorrect address|address query|held|delay|returning|returned to (the )?(depot|hub)",
    ),
    (Kind.RETURNED, r"returned|return to sender|return complete"),
    (Kind.DELIVERED, r"delivered|proof of delivery|\bpod\b|signed for"),
    (Kind.COLLECTED, r"collect|picked up"),
    (Kind.IN_TRANSIT, r"transit|scan|depot|hub|trunk|sort|ready for pickup|network|arriv|depart"),
    (Kind.BOOKED, r"^order|label created|booked|manifest|despatch|dispatch|data received"),
)


def kind_of(text: str) -> Kind | None:
    """The kind of event that DX's `text` means, or None for words we do not know."""
    plain = " ".join(re.sub(r"[^a-z]+", " ", text.casefold()).split())
    return next((kind for kind, words in _WORDS if re.search(words, plain)), None)
