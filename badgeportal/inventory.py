"""The words in which each app's `personal_data.py` says what it holds about people.

Every field of every model is declared either `Personal` (what it is, whose, why, where it came from, who receives it,
how long it is kept, and what each right does to it) or not personal, with the reason. With the fields stands how a person's rows
are reached. Export, erasure, closing, the record of processing and the table on the privacy page read these declarations
and nothing else: no engine knows a table by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db.models import Q


class Whose(Enum):
    ACCOUNT_HOLDER = "the person who registered"
    RECIPIENT = "the person the badges are addressed to"
    LISTED_INBOX = "the owner of an email address on a CQC listing"
    STAFF = "a member of staff"


class Ending(Enum):
    """What becomes of a value when a person is erased, or when the portal closes."""

    NULL = "set to nothing"
    BLANK = "overwritten with an empty value"
    DELETE_ROW = "deleted with its row"
    KEEP = "kept, because it names nobody once the rest is gone"


class Correction(Enum):
    AT_ONCE = "the person can change it at once"
    BY_STAFF = "staff change it on request"
    NEVER = "a record of what happened, so it is annotated and not changed"


class Reach(Enum):
    """By what the rows of a person are found."""

    ACCOUNT = "the number of their account"
    ORDER = "the number of an order that is addressed to them"
    ADDRESS = "their email address"


# A lookup path that leads to the number or the address, or a function from the numbers or addresses to the rows.
Road = str | Callable[[Sequence[Any]], Q]


class Now(Enum):
    """In `with_it`: the time of the erasure, unless the row has a time there already."""

    NOW = "now"


NOW = Now.NOW


class Goes(Enum):
    """In `at_closing`: every row of the table is deleted when the portal closes."""

    GOES = "goes"


GOES = Goes.GOES


@dataclass(frozen=True, slots=True)
class HoldsClosing:
    """Something under way that closing waits for, in words for staff.

    `label` and `key` name the record. A manager may settle it with a reason, unless `by_hand` says that somebody has to finish
    or cancel it. `can_be_cancelled`: the one action that cancels all such takes it.
    """

    label: str
    key: int
    name: str
    state: str
    by_hand: bool = False
    can_be_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """How long rows are kept before the portal closes: the setting that says it, and the task that keeps to it."""

    setting: str
    task: str
    of: str = "rows"
    unit: str = "days"


@dataclass(frozen=True, slots=True)
class Personal:
    """One field that says something about a person. `telling` ones are looked for in free text that no key leads to."""

    what: str
    whose: Whose
    purpose: str
    source: str
    retention: str
    erasure: Ending
    closing: Ending
    recipients: tuple[str, ...] = ("APS",)
    exported: bool = True
    correction: Correction = Correction.BY_STAFF
    restriction: str = "stored, not used"
    telling: bool = False
    why_kept: str = ""


@dataclass(frozen=True, slots=True)
class NotPersonal:
    """One field that says nothing about a person, and why."""

    why: str


Treatment = Personal | NotPersonal


@dataclass(frozen=True, slots=True)
class ToYou:
    """A table as its person is told of it, in their copy and before they delete: its title, and words for its fields.

    A field without words is called what it is (`Personal.what`), which speaks of the person as of somebody else.
    """

    title: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared of one model.

    `reached`: how a person's rows are found. `searched`: fields of free text in which somebody may be named whom no key leads
    to. `with_it`: further columns written when a person's row is overwritten. `inside`: what stands in a JSON or
    array field, by key, or under `*` why none of its keys can hold anything personal. `kept_for`: periods after which rows go.
    `at_closing`: what else closing writes into columns that name nobody by themselves (a text takes the place of words only
    where there are some), or GOES where every row goes. `shown_with`: further fields that a copy for the person shows, so that
    they can tell one record from another. `to_you`: what table and fields are called there.
    """

    treatments: Mapping[str, Treatment]
    reached: Mapping[Reach, Road] = field(default_factory=dict)
    searched: tuple[str, ...] = ()
    with_it: Mapping[str, Any] = field(default_factory=dict)
    inside: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kept_for: tuple[Period, ...] = ()
    at_closing: Mapping[str, Any] | Goes = field(default_factory=dict)
    shown_with: tuple[str, ...] = ()
    to_you: ToYou | None = None

    @property
    def personal(self) -> dict[str, Personal]:
        return {name: one for name, one in self.treatments.items() if isinstance(one, Personal)}

    def title_or(self, name: str) -> str:
        """What the table is called to the person it is about; `name` where nobody has such a row."""
        return self.to_you.title if self.to_you else name

    def words_for(self, name: str) -> str:
        """What the field (or path of `shown_with`) `name` is called to the person it is about."""
        words = self.to_you.words if self.to_you else {}
        return words[name] if name in words else self.personal[name].what


@dataclass(frozen=True, slots=True)
class OrderNames:
    """How rooms that know no orders turn references into numbers, and numbers into references."""

    find: Callable[[Iterable[str]], dict[str, int]]
    name: Callable[[Iterable[int]], list[str]]


@dataclass(slots=True)
class Inventory:
    """What one app declares, by model label in lower case (`orders.order`), and what it settles before an erasure."""

    declared: dict[str, Declaration] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    settling: list[Callable[..., None]] = field(default_factory=list)
    open_things: list[Callable[..., Any]] = field(default_factory=list)
    holding_closing: list[Callable[[], Iterable[HoldsClosing]]] = field(default_factory=list)
    cancelling_at_closing: list[Callable[..., int]] = field(default_factory=list)
    restricting: list[Callable[..., None]] = field(default_factory=list)
    freeing: list[Callable[..., None]] = field(default_factory=list)
    told: list[Callable[..., set[str]]] = field(default_factory=list)
    order_names: list[OrderNames] = field(default_factory=list)
    histories: list[Callable[..., Any]] = field(default_factory=list)

    @property
    def models(self) -> dict[str, Mapping[str, Treatment]]:
        return {label: one.treatments for label, one in self.declared.items()}

    def declare(
        self,
        label: str,
        *,
        personal: Mapping[str, Personal] | None = None,
        not_personal: Mapping[str, str] | None = None,
        reached: Mapping[Reach, Road] | None = None,
        searched: Sequence[str] = (),
        with_it: Mapping[str, Any] | None = None,
        inside: Mapping[str, Mapping[str, str]] | None = None,
        kept_for: tuple[Period, ...] = (),
        at_closing: Mapping[str, Any] | Goes | None = None,
        shown_with: Sequence[str] = (),
        to_you: ToYou | None = None,
    ) -> None:
        """Classify the fields of the model `label` (see `Declaration`); a field or a model named twice is an error."""
        treatments: dict[str, Treatment] = dict(personal or {})
        for name, why in (not_personal or {}).items():
            if name in treatments:
                raise ValueError(f"{label}.{name} is declared twice.")
            treatments[name] = NotPersonal(why)
        if label in self.declared:
            raise ValueError(f"{label} is declared twice.")
        self.declared[label] = Declaration(
            treatments,
            dict(reached or {}),
            tuple(searched),
            dict(with_it or {}),
            dict(inside or {}),
            kept_for,
            at_closing if isinstance(at_closing, Goes) else dict(at_closing or {}),
            tuple(shown_with),
            to_you,
        )

    def holds_nothing(self, package: str, why: str) -> None:
        """Say of an installed app without models why it holds nothing about people."""
        if package in self.packages:
            raise ValueError(f"{package} is declared twice.")
        self.packages[package] = why

    def settle_before_erasing(self, function: Callable[..., None]) -> Callable[..., None]:
        """Call `function(settlement)` (badgeportal.privacy.settling) in the erasing transaction, later rooms first."""
        self.settling.append(function)
        return function

    def says_what_is_open(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let `function(found)` name the `OpenThing`s of a person that an erasure must cancel or wait for."""
        self.open_things.append(function)
        return function

    def says_what_holds_closing(self, function: Callable[[], Iterable[HoldsClosing]]) -> Callable[..., Any]:
        """Let `function()` name what closing the portal waits for in this room."""
        self.holding_closing.append(function)
        return function

    def cancels_at_closing(self, function: Callable[..., int]) -> Callable[..., int]:
        """Let `function(actor, now)` cancel what is unfinished, in the open transaction, and say how much. Later rooms first."""
        self.cancelling_at_closing.append(function)
        return function

    def settle_before_restricting(self, function: Callable[..., None]) -> Callable[..., None]:
        """Call `function(subject, now)` in the transaction that restricts, to stop what is on its way."""
        self.restricting.append(function)
        return function

    def settle_before_freeing(self, function: Callable[..., None]) -> Callable[..., None]:
        """Call `function(subject, now)` in the transaction that ends the restriction of a recipient without an account."""
        self.freeing.append(function)
        return function

    def knows_orders(
        self, find: Callable[[Iterable[str]], dict[str, int]], name: Callable[[Iterable[int]], list[str]]
    ) -> None:
        """Let staff name orders where only their numbers are kept: `find` them by reference, and `name` them."""
        self.order_names.append(OrderNames(find, name))

    def says_who_was_told(self, function: Callable[..., set[str]]) -> Callable[..., set[str]]:
        """Let `function(subject)` name the recipients outside the portal who were given data of `subject`."""
        self.told.append(function)
        return function

    def exports_also(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let `function(subject)` add `Section`s (badgeportal.privacy.exporting) to a copy: what happened, in words."""
        self.histories.append(function)
        return function


@cache
def inventories() -> tuple[Inventory, ...]:
    """What every installed app declares, in the order of INSTALLED_APPS: earlier rooms first.

    Looked for once in a process: searching the disk for every app's file takes milliseconds, and an erasure asks many times.
    """
    names = [f"{config.name}.personal_data" for config in apps.get_app_configs()]
    return tuple(import_module(name).INVENTORY for name in names if find_spec(name) is not None)


def order_names() -> OrderNames:
    """The one that the room of orders has given."""
    (names,) = (one for inventory in inventories() for one in inventory.order_names)
    return names


def declarations() -> dict[str, Declaration]:
    """Every declaration of every installed app, by model label."""
    found: dict[str, Declaration] = {}
    for inventory in inventories():
        for label, declaration in inventory.declared.items():
            if label in found:
                raise ValueError(f"{label} is declared by two apps.")
            found[label] = declaration
    return found


def collect() -> dict[str, Mapping[str, Treatment]]:
    """The treatment of every field of every model, by model label."""
    return {label: declaration.treatments for label, declaration in declarations().items()}
