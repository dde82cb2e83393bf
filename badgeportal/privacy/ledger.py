"""The second place where each erasure is written, so that it can be done again after an older backup was restored.

One line for each erasure: opaque numbers, keyed digests, times. It is there for good before the erasure commits, so an erasure
that happened is always there. One that was rolled back is taken away again; only a crash in that very moment leaves a line
without its erasure, and then a person had already confirmed it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from badgeportal.privacy.second_place import OutOfReach, second_place

log = structlog.get_logger(__name__)


class LedgerUnreachable(Exception):
    """The second place cannot be written or read, so nobody is erased: after a restore they would be back."""


# Written and taken away again to see whether the place can be written; empty, so it is no line if a crash leaves it there.
_TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure as it stands in the second place."""

    id: uuid.UUID
    at: datetime
    actor: str
    account_ids: tuple[int, ...] = ()
    order_ids: tuple[int, ...] = ()
    address_digests: tuple[str, ...] = ()


def write(line: Line) -> None:
    """Put `line` into the second place, whole and on the disk; writing it twice is as good as once."""
    content = {
        "id": str(line.id),
        "at": line.at.isoformat(),
        "actor": line.actor,
        "account_ids": list(line.account_ids),
        "order_ids": list(line.order_ids),
        "address_digests": list(line.address_digests),
    }
    try:
        second_place().put(str(line.id), json.dumps(content))
    except OutOfReach as fault:
        raise LedgerUnreachable(f"The erasure ledger cannot be written ({fault.kind}).") from fault


def withdraw(line_id: uuid.UUID) -> None:
    """Take away the line of an erasure that was rolled back."""
    try:
        second_place().take_away(str(line_id))
    except OutOfReach as fault:
        # The erasure failed, perhaps for the same reason; a line too many erases whom a person had confirmed.
        log.error("erasure_not_withdrawn", receipt=str(line_id), error=fault.kind)


def written(ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Which of the erasures `ids` stand in the second place. Raises LedgerUnreachable when it cannot be written or read."""
    try:
        place = second_place()
        place.put(_TRIAL, json.dumps({}))
        place.take_away(_TRIAL)
        names = place.names()
    except OutOfReach as fault:
        raise LedgerUnreachable(f"The erasure ledger cannot be written or read ({fault.kind}).") from fault
    return {one for one in ids if str(one) in names}


def lines() -> Iterator[Line]:
    """Every erasure in the second place, oldest first."""
    try:
        found = [content for text in second_place().texts() if (content := json.loads(text))]
    except OutOfReach as fault:
        raise LedgerUnreachable(f"The erasure ledger cannot be read ({fault.kind}).") from fault
    for content in sorted(found, key=lambda one: (one["at"], one["id"])):
        yield Line(
            id=uuid.UUID(content["id"]),
            at=datetime.fromisoformat(content["at"]),
            actor=content["actor"],
            account_ids=tuple(content["account_ids"]),
            order_ids=tuple(content["order_ids"]),
            address_digests=tuple(content["address_digests"]),
        )
