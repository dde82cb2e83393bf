"""What takes long to load and much memory is loaded where it is used, not whenever a process starts."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.plugin import ROOT

ROOMS = ["badgeportal", "accounts", "orders", "verification", "fulfilment", "reports"]
HEAVY = {
    "gptables",
    "pandas",
    "numpy",
    "odfdo",
    "lxml",
    "openpyxl",
    "xlsxwriter",
    "scipy",
    "statsmodels",
    "matplotlib",
    "afcharts",
}


def loaded_at_start(source: str) -> set[str]:
    """The packages of HEAVY that `source` imports as soon as it is imported itself: outside functions, and not for types only."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        waiting += ast.iter_child_nodes(node)
    return found & HEAVY


def test_no_process_loads_at_its_start_what_few_pages_need() -> None:
    paths: list[Path] = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    found = {str(path.relative_to(ROOT)): heavy for path in paths if (heavy := loaded_at_start(path.read_text()))}
    assert found == {}


@pytest.mark.parametrize(
    ("source", "heavy"),
    [
        ("import pandas as pd", {"pandas"}),
        ("class A:\n    from odfdo import Cell", {"odfdo"}),
        ("try:\n    import scipy.optimize\nexcept ImportError:\n    pass", {"scipy"}),
        ("def late():\n    import gptables", set()),
        ("if TYPE_CHECKING:\n    import pandas", set()),
    ],
)
def test_a_planted_import_is_found_and_a_late_one_is_not(source: str, heavy: set[str]) -> None:
    assert loaded_at_start(source) == heavy
