"""Rooms know earlier rooms only: reports -> fulfilment -> verification -> orders -> accounts -> badgeportal."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps

from tests.plugin import ROOT

ROOMS = ["badgeportal", "accounts", "orders", "verification", "fulfilment", "reports"]
# These put the parts together.
EXCEPTED = {Path("badgeportal/urls.py")}


def imported(source: str) -> set[str]:
    """The top-level packages that `source` imports anywhere, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "import_module":
            # A name put together at run time says nothing here; one that is written out does.
            found.update(arg.value.split(".")[0] for arg in node.args if isinstance(arg, ast.Constant))
    return found


def later_rooms(room: str, source: str) -> set[str]:
    """The rooms that `room` may not know and `source` imports; the sample data is nobody's to import."""
    allowed = ROOMS[: ROOMS.index(room) + 1]
    return imported(source) & ({*ROOMS, "sampledata", "tests"} - set(allowed))


def sources(room: str) -> list[Path]:
    paths = [path.relative_to(ROOT) for path in (ROOT / room).rglob("*.py")]
    return [path for path in paths if path not in EXCEPTED and path.parts[:2] != ("badgeportal", "settings")]


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_imports_a_later_one(room):
    found = {str(path): later for path in sources(room) if (later := later_rooms(room, (ROOT / path).read_text()))}
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "import verification.rules",
        "from fulfilment.models import Batch",
        "def late():\n    from reports import measures",
        "import_module('verification.models')",
        "from sampledata import people",
    ],
)
def test_a_planted_violation_is_found(planted):
    assert later_rooms("orders", planted)


@pytest.mark.parametrize(
    "harmless", ["import accounts.models", "from . import reports", "from orders import stock", "import json"]
)
def test_what_is_allowed_is_not_found(harmless):
    assert later_rooms("orders", harmless) == set()


def test_no_foreign_key_points_to_a_later_room():
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        room = model.__module__.split(".")[0]
        if room not in ROOMS:
            continue
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete and field.related_model is not None:
                target = field.related_model.__module__.split(".")[0]
                if target in ROOMS and ROOMS.index(target) > ROOMS.index(room):
                    wrong.append(f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}")
    assert wrong == []
