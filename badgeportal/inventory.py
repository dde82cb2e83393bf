"""The words in which each app's `personal_data.py` says what it holds about people.

Every field of every model is declared either `Personal` (what it is, whose, why, where it came from, who receives it,
how long it is kept, and what each right does to it) or not personal, with the reason. Export, erasure, closing, the record of
processing and the table on the privacy page read these declarations and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


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


@dataclass(frozen=True, slots=True)
class Personal:
    """One field that says something about a person."""

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


@dataclass(frozen=True, slots=True)
class NotPersonal:
    """One field that says nothing about a person, and why."""

    why: str


Treatment = Personal | NotPersonal


@dataclass(slots=True)
class Inventory:
    """What one app declares: a treatment for each field, by model label in lower case (`orders.order`)."""

    models: dict[str, dict[str, Treatment]] = field(default_factory=dict)

    def declare(
        self,
        label: str,
        *,
        personal: Mapping[str, Personal] | None = None,
        not_personal: Mapping[str, str] | None = None,
    ) -> None:
        """Classify the fields of the model `label`; a field named twice is an error."""
        treatments: dict[str, Treatment] = dict(personal or {})
        for name, why in (not_personal or {}).items():
            if name in treatments:
                raise ValueError(f"{label}.{name} is declared twice.")
            treatments[name] = NotPersonal(why)
        if label in self.models:
            raise ValueError(f"{label} is declared twice.")
        self.models[label] = treatments


def collect() -> dict[str, dict[str, Treatment]]:
    """Every declaration of every installed app, by model label."""
    found: dict[str, dict[str, Treatment]] = {}
    for config in apps.get_app_configs():
        module_name = f"{config.name}.personal_data"
        if find_spec(module_name) is None:
            continue
        for label, treatments in import_module(module_name).INVENTORY.models.items():
            if label in found:
                raise ValueError(f"{label} is declared by two apps.")
            found[label] = treatments
    return found


def unclassified(labels: Iterable[str] | None = None) -> list[str]:
    """`app.model.field` of every concrete field that nobody declared, and of every declaration without a field."""
    declared = collect()
    wanted = set(labels) if labels is not None else None
    faults: list[str] = []
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if wanted is not None and label not in wanted:
            continue
        fields = {f.name for f in model._meta.concrete_fields}
        treatments = set(declared.get(label, {}))
        faults += [f"{label}.{name}: not classified" for name in sorted(fields - treatments)]
        faults += [f"{label}.{name}: classified, but no such field" for name in sorted(treatments - fields)]
    return faults
