"""Every sweep on the timetable has a test that plants the fault it mends, a line for operators, and its figures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone

from badgeportal.watch.metrics import sweep_figures
from badgeportal.watch.recording import record_run, sweeps
from tests.plugin import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def planted_faults() -> Iterator[str]:
    """The task named by `@pytest.mark.planted_fault` on each test that has it."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.planted_fault":
                        [task] = mark.args
                        yield ast.literal_eval(task)


def test_every_sweep_has_a_test_that_plants_what_it_mends():
    assert set(planted_faults()) == sweeps()


def test_every_sweep_is_told_to_operators_with_its_promise():
    assert sweeps() == set(re.findall(r"`(\w+\.\w+)` \|", OPERATIONS))
    assert "](docs/operations.md)" in (ROOT / "README.md").read_text()


@pytest.mark.django_db
def test_every_sweep_has_its_figures():
    now = timezone.now()
    never = {gauge.name: gauge.samples for gauge in sweep_figures(now)}["portal_sweeps_never_run"]
    assert never == {"": len(sweeps())}
    for task in sweeps():
        record_run(task=task, succeeded=True, seconds=0.1, result=1, now=now)
    by_sweep = [gauge for gauge in sweep_figures(now) if gauge.label == "sweep"]
    assert len(by_sweep) >= 5
    assert {gauge.name: set(gauge.samples) for gauge in by_sweep} == {gauge.name: sweeps() for gauge in by_sweep}
