"""What can stand in the way, each by the name of the business fact. The text is a sentence for staff and names nobody."""

from __future__ import annotations

from fulfilment.models import Batch


class FulfilmentFault(Exception):
    """Nothing was written; the message says what is in the way and what to do."""


class BatchIsElsewhere(FulfilmentFault):
    """The batch is not in the state this starts from: a colleague was there first, perhaps just now."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(f"Nothing was changed. {batch} is {batch.state}: somebody may have changed it just now.")
        self.batch = batch


class BatchCannotClose(FulfilmentFault):
    """`stuck` orders must come out of the batch first, or nothing is left in it."""

    def __init__(self, *, batch: Batch, stuck: int) -> None:
        orders = "1 order in it" if stuck == 1 else f"{stuck} orders in it"
        why = f"{orders} cannot go. Take what cannot go out first." if stuck else "nothing is in it. Cancel it instead."
        super().__init__(f"{batch} cannot be closed: {why}")
        self.stuck = stuck


class ParcelsAreWithDx(FulfilmentFault):
    """DX has told us of `count` parcels of the batch, so its file did go."""

    def __init__(self, *, batch: Batch, count: int) -> None:
        parcels = "1 parcel" if count == 1 else f"{count} parcels"
        super().__init__(f"{batch} cannot be cancelled: DX has told us of {parcels} of it. Mark it sent instead.")
        self.count = count


class RestrictedInHandover(FulfilmentFault):
    """`count` people of the batch asked that their data is not used: their parcels must not go to DX."""

    def __init__(self, *, batch: Batch, count: int) -> None:
        parcels = "1 parcel" if count == 1 else f"{count} parcels"
        super().__init__(
            f"{batch} cannot go yet: the use of data is limited for {parcels} in it. Take them out of the handover first."
        )
        self.count = count


class NothingToTakeOut(FulfilmentFault):
    """No parcel of the batch has to stay behind, or all of them have to."""


class ParcelIsNotLive(FulfilmentFault):
    """The parcel came back, or its batch was cancelled: another may stand for its order by now."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"Nothing was changed: parcel {reference} is not on its way any more.")


class OrdersChangedUnderneath(FulfilmentFault):
    """An order in hand was moved by somebody else although it was locked."""

    def __init__(self) -> None:
        super().__init__("Nothing was changed, because an order was changed at the same time. Try again.")


class FileCannotBeMade(FulfilmentFault):
    """The batch has no such file, or has it no more."""


class TrackingFileRefused(FulfilmentFault):
    """This is not a tracking file, so no row of it was read in."""
