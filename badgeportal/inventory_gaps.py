"""What the inventory lacks: fields nobody declared, rows nobody can find, tables without words for their person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib.util import find_spec

from django.apps import apps
from django.db import models

from badgeportal import inventory
from badgeportal.inventory import Declaration, Ending, Reach, Whose


def unclassified(labels: Iterable[str] | None = None) -> list[str]:
    """`app.model.field` of every concrete field that nobody declared, and of every declaration without a field."""
    declared = inventory.collect()
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


def unclassified_apps() -> list[str]:
    """Installed apps that nobody speaks for: without a `personal_data.py`, a declared model or a reason."""
    declared = inventory.declarations()
    reasons = {package for one in inventory.inventories() for package in one.packages}
    faults = []
    for config in apps.get_app_configs():
        labels = {model._meta.label_lower for model in config.get_models(include_auto_created=True)}
        own = find_spec(f"{config.name}.personal_data") is not None
        if not own and config.name not in reasons and not (labels and labels <= declared.keys()):
            faults.append(config.name)
    return faults + sorted(reasons - {config.name for config in apps.get_app_configs()} - _OPTIONAL)


# Installed only in tests, or only where there is made-up data.
_OPTIONAL = {"zeal", "sampledata"}


def unreached() -> list[str]:
    """Models that hold something about people, and say no way to find it by the person it is about."""
    needed = {
        Whose.ACCOUNT_HOLDER: {Reach.ACCOUNT},
        Whose.STAFF: {Reach.ACCOUNT},
        Whose.RECIPIENT: {Reach.ACCOUNT, Reach.ORDER},
        Whose.LISTED_INBOX: {Reach.ADDRESS},
    }
    faults = []
    for label, declaration in inventory.declarations().items():
        # What is searched for a person's own words needs no key.
        treated = {
            one.whose
            for name, one in declaration.personal.items()
            if name not in declaration.searched and one.erasure is not Ending.KEEP
        }
        for whose in treated:
            faults += [f"{label}: {reach.name} is missing" for reach in needed[whose] - declaration.reached.keys()]
    return sorted(faults)


def unopened() -> list[str]:
    """JSON and array fields whose contents nobody has declared."""
    faults = []
    for model in apps.get_models(include_auto_created=True):
        declaration = inventory.declarations().get(model._meta.label_lower)
        for one in model._meta.concrete_fields:
            is_deep = isinstance(one, models.JSONField) or one.get_internal_type() == "ArrayField"
            if declaration and is_deep and not declaration.inside.get(one.name):
                faults.append(f"{model._meta.label_lower}.{one.name}")
    return faults


def kept_without_a_reason() -> list[str]:
    """Personal fields that survive an erasure and do not say why."""
    return [
        f"{label}.{name}"
        for label, declaration in inventory.declarations().items()
        for name, one in declaration.personal.items()
        if one.erasure is Ending.KEEP and not one.why_kept
    ]


def unworded() -> list[str]:
    """Tables of a copy without a title for their person, and fields shown there without words of their own."""
    faults: list[str] = []
    for label, declaration in inventory.declarations().items():
        if declaration.reached and declaration.personal:
            faults += _unworded(label, declaration)
    return faults


def _unworded(label: str, declaration: Declaration) -> list[str]:
    if declaration.to_you is None:
        return [f"{label}: no title"]
    words, personal, beside = declaration.to_you.words, declaration.personal, declaration.shown_with
    exported = [name for name, one in personal.items() if one.exported]
    called = Counter(declaration.words_for(name) for name in [*beside, *exported] if name in words or name in personal)
    return [
        *(f"{label}.{name}: no words" for name in beside if name not in words),
        *(f"{label}.{name}: words of no field" for name in words if name not in personal and name not in beside),
        *(f"{label}: two are called {one}" for one, times in called.items() if times > 1),
    ]
