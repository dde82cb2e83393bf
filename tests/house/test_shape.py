"""The shape of the code: small files, short functions, thin views, tests that can fail."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.plugin import ROOT

OURS = ["badgeportal", "accounts", "orders", "verification", "fulfilment", "reports", "sampledata"]


def sources(*names: str) -> list[Path]:
    found = [path for name in names for path in (ROOT / name).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def p95(values: list[int]) -> int:
    return sorted(values)[int(len(values) * 0.95)]


def test_files_are_small():
    assert p95([len(path.read_text().splitlines()) for path in sources(*OURS)]) <= 250


def test_functions_are_short():
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in sources(*OURS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert p95(lengths) <= 35
    assert sum(length > 50 for length in lengths) <= len(lengths) * 0.02


def test_views_ask_named_questions_only():
    """A view that filters decides who sees what; that belongs to a queryset with a name."""
    views = [path for path in sources(*OURS) if "views" in path.parts or path.stem == "views"]
    found = [str(path.relative_to(ROOT)) for path in views if re.search(r"\.(filter|exclude)\(", path.read_text())]
    assert found == []


def test_no_signals_of_our_own():
    found = [str(path) for path in sources(*OURS) if re.search(r"\b(post|pre)_(save|delete)\b", path.read_text())]
    assert found == []


def test_tests_neither_skip_nor_wait_nor_flush():
    forbidden = re.compile(r"pytest\.skip|mark\.skip|skipif|\bsleep\(|flushall|flushdb|cache\.clear\b|importorskip")
    lines = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources("tests")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if forbidden.search(line) and "time.sleep(600)" not in line
    ]
    assert lines == []
