"""How far the destroying is, for a page that keeps itself up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import ClosingPlan, ClosingStep


@dataclass(frozen=True, slots=True)
class Progress:
    """All steps with their words, and the part that is done in per cent."""

    percent: int
    steps: Sequence[ClosingStep]
    is_over: bool


def progress_of(plan: ClosingPlan) -> Progress:
    """Each step counts as many rows as it goes through, so a long one is not over in a moment; a place counts as one."""
    steps = list(plan.steps.in_order())
    weights = [1 + step.rows_before for step in steps]
    done = sum(weight * _part(step) for weight, step in zip(weights, steps, strict=True))
    return Progress(
        percent=int(100 * done / sum(weights)) if steps else 0,
        steps=steps,
        is_over=plan.finished_at is not None,
    )


def _part(step: ClosingStep) -> float:
    if step.finished_at is not None:
        return 1.0
    return min(step.position / step.last, 1.0) if step.last else 0.0
