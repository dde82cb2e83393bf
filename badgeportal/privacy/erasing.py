"""Erasing people, driven by the inventory alone: a fixed number of statements for one person or ten thousand."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import capfirst

from badgeportal.actor import Actor
from badgeportal.inventory import Ending, Personal, declarations
from badgeportal.privacy import ledger
from badgeportal.privacy.addresses import digests_of
from badgeportal.privacy.counting import Tally, count_together
from badgeportal.privacy.finding import look_up, rows_of
from badgeportal.privacy.models import ErasureLedgerEntry, OpenOrders
from badgeportal.privacy.settling import Found, OpenThing, Settlement, open_things, settle
from badgeportal.privacy.statements import Statement, erasing_statements
from badgeportal.privacy.subject import DataSubject
from badgeportal.privacy.told import recipients_of


class OrdersStillOpen(Exception):
    """The choice was to let open orders finish, and some have not."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an erasure did, without whom: it can be shown to anybody."""

    id: uuid.UUID
    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Going:
    """Rows of one table that are overwritten or deleted, and how many of them hold something in each field."""

    label: str
    name: str
    rows: int
    deleted: bool
    fields: tuple[tuple[str, int], ...]
    title: str
    words: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """What of it goes, to the person it is about."""
        return capfirst(_in_a_row(self.words)) or "All of it"


@dataclass(frozen=True, slots=True)
class Staying:
    """Something that an erasure leaves, and why; `words` are what it is called to the person."""

    name: str
    what: str
    why: str
    rows: int
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would do."""

    going: tuple[Going, ...]
    staying: tuple[Staying, ...]
    open_things: tuple[OpenThing, ...]
    told: tuple[str, ...] = ()

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """(why something stays, what stays for that reason), each thing once, to the person it is about."""
        found: dict[str, list[str]] = {}
        for one in self.staying:
            found.setdefault(one.why, []).append(one.words)
        return [(why, _in_a_row(words)) for why, words in found.items()]

    @property
    def mark(self) -> str:
        """The same as long as nothing that an officer decides about has changed."""
        return mark_of(self.open_things)


def _in_a_row(words: Iterable[str]) -> str:
    """`email address; ODS code`: each once, small unless it is an abbreviation."""
    return "; ".join(one if one[1:2].isupper() else one[:1].lower() + one[1:] for one in dict.fromkeys(words))


def mark_of(things: Iterable[OpenThing]) -> str:
    """A text that changes when something begins, ends or goes on."""
    told = "|".join(sorted(f"{one.name} {one.state} {one.can_be_cancelled}" for one in things))
    return hashlib.sha256(told.encode()).hexdigest()


def erase(
    *,
    subject: DataSubject,
    open_orders: OpenOrders,
    actor: Actor,
    now: datetime,
    also_listed: bool = False,
    then: Callable[[Receipt], None] | None = None,
) -> Receipt:
    """Overwrite everything about `subject` and return the receipt; nothing of it says who it was.

    With OpenOrders.CANCEL what is open is cancelled first; with FINISH raises OrdersStillOpen while something is. `also_listed`
    takes the addresses of accounts off the register too. Needs an open transaction, whose last step this must be: the second
    place is written just before it commits, and what else belongs to it is done by `then`. Raises LedgerUnreachable; then the
    transaction must be rolled back.
    """
    found = look_up(subject, also_listed=also_listed)
    if open_orders is OpenOrders.FINISH and open_things(found):
        raise OrdersStillOpen
    listed = digests_of(found.addresses) if subject.listed_email or also_listed else ()
    receipt = erase_found(found, listed_digests=listed, receipt_id=uuid.uuid4(), actor=actor, now=now)
    if then is not None:
        then(receipt)
    ledger.write(ledger.Line(receipt.id, now, str(actor), subject.account_ids, subject.order_ids, listed))
    return receipt


def erase_found(
    found: Found,
    *,
    listed_digests: tuple[str, ...],
    receipt_id: uuid.UUID,
    actor: Actor,
    now: datetime,
    erased_at: datetime | None = None,
) -> Receipt:
    """The part of `erase` in this database; `erased_at` is when it was done before, in a replay."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("People are erased in the transaction of the action that erases them.")
    settlement = Settlement(found=found, actor=actor, now=now, listed_digests=listed_digests)
    settle(settlement)
    # All are made before the first is carried out: a sealed mail is found by the address that goes with the account.
    for statement in list(erasing_statements(found, now=now)):
        settlement.count(statement.label, statement.carry_out())
    subject = found.subject
    entry = ErasureLedgerEntry.objects.create(
        id=receipt_id,
        at=erased_at or now,
        replayed_at=now if erased_at else None,
        actor=str(actor),
        account_ids=list(subject.account_ids),
        order_ids=list(subject.order_ids),
        address_digests=list(listed_digests),
        counts=settlement.counts,
    )
    return Receipt(id=entry.pk, at=entry.at, counts=dict(settlement.counts))


def preview(subject: DataSubject, *, also_listed: bool = False, now: datetime) -> Preview:
    """What erasing `subject` would do: what goes by table and field, what stays and why, and what is open."""
    found = look_up(subject, also_listed=also_listed)
    statements, kept = list(erasing_statements(found, now=now)), list(_keeping(found))
    tallies = count_together([(one.rows, one.fields) for one in statements] + [(rows, ()) for _, rows, _ in kept])
    going = [
        _going(statement, tally)
        for statement, tally in zip(statements, tallies, strict=False)
        if tally.rows and (any(tally.fields.values()) or statement.deletes)
    ]
    staying = [
        Staying(_name(label), one.what, one.why_kept, tally.rows, declarations()[label].words_for(name))
        for (label, _, ends), tally in zip(kept, tallies[len(statements) :], strict=True)
        for name, one in ends.items()
        if tally.rows
    ]
    return Preview(
        going=tuple(reversed(going)),
        staying=tuple(staying),
        open_things=tuple(open_things(found)),
        told=tuple(sorted(recipients_of(subject))),
    )


def _going(statement: Statement, tally: Tally) -> Going:
    declaration = declarations()[statement.label]
    names = [name for name, count in tally.fields.items() if count]
    return Going(
        label=statement.label,
        name=_name(statement.label),
        rows=tally.rows,
        deleted=statement.deletes,
        fields=tuple((declaration.personal[name].what, tally.fields[name]) for name in names),
        title=declaration.title_or(capfirst(_name(statement.label))),
        words=tuple(dict.fromkeys(declaration.words_for(name) for name in names)),
    )


def _name(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name_plural)


def _keeping(found: Found) -> Iterator[tuple[str, QuerySet[Any], dict[str, Personal]]]:
    """(label, rows, what is kept by field) of each table of which something stays."""
    for label, declaration in declarations().items():
        kept = {name: one for name, one in declaration.personal.items() if one.erasure is Ending.KEEP}
        # Asked for only where something stays: the way to some rows is a statement of its own.
        listed = found.addresses if found.also_listed else ()
        rows = rows_of(label, found.subject, also_listed=listed) if kept else None
        if rows is not None:
            yield label, rows, kept
