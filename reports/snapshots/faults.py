"""Why a snapshot cannot be published or withdrawn; the text of each is a sentence for the person who asked."""

from __future__ import annotations


class SnapshotFault(Exception):
    """Nothing was changed."""

    says = ""

    def __init__(self) -> None:
        super().__init__(self.says)


class WeekNotOver(SnapshotFault):
    says = "Choose the Monday of a week that is over."


class NothingInThatWeek(SnapshotFault):
    says = "Nothing had been ordered by that week. Choose a later one."


class PublishedAlready(SnapshotFault):
    says = "Figures for that week are published. Withdraw them first."


class AskedAlready(SnapshotFault):
    says = "Somebody has asked for that week already. The figures will be there in a few minutes."


class DataIsDestroyed(SnapshotFault):
    says = "The portal has begun to destroy its data, so nothing can be counted any more. What was published stays."


class WithdrawnAlready(SnapshotFault):
    says = "A colleague has withdrawn this snapshot."


class NoReason(SnapshotFault):
    says = "Enter why you withdraw the figures."
