"""What one erasure is about, once looked up, and how each app ends what is under way before rows are overwritten."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from badgeportal.actor import Actor
from badgeportal.inventory import inventories
from badgeportal.privacy.subject import DataSubject


@dataclass(frozen=True, slots=True)
class Found:
    """A subject with what free text and mails may call them by. `addresses` and `words` are in lower case."""

    subject: DataSubject
    addresses: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    also_listed: bool = False


@dataclass(frozen=True, slots=True)
class OpenThing:
    """Something under way that an erasure must end or wait for, in words for staff."""

    # Of the account, or of the order when the subject is its recipient.
    key: int
    name: str
    state: str
    if_cancelled: str
    can_be_cancelled: bool = True


@dataclass(slots=True)
class Settlement:
    """One erasure under way. `listed_digests` are of addresses that no import may bring back."""

    found: Found
    actor: Actor
    now: datetime
    listed_digests: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def subject(self) -> DataSubject:
        return self.found.subject

    def count(self, label: str, rows: int) -> None:
        """Note for the receipt that `rows` of `label` were touched."""
        if rows:
            self.counts[label] = self.counts.get(label, 0) + rows


def open_things(found: Found) -> list[OpenThing]:
    """What is under way for `found`, as every app says."""
    return [thing for inventory in inventories() for name in inventory.open_things for thing in name(found)]


def settle(settlement: Settlement) -> None:
    """Let every app end what is under way: the last room first, so that nobody ends what a later one still holds.

    INSTALLED_APPS names the rooms from the first to the last.
    """
    for inventory in reversed(inventories()):
        for function in inventory.settling:
            function(settlement)
