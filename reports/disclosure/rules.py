"""The rule of disclosure control of a table in words, as it is stored and printed."""

from __future__ import annotations

from reports.disclosure.drafts import Draft
from reports.disclosure.names import AUTHORITIES, AVAILABLE, LEVELS
from reports.disclosure.shapes import FEWEST_ORGANISATIONS, ROUNDED_TO
from reports.disclosure.sheets import WITHHELD
from reports.measures.shapes import TOTAL, Control


def rule_of(draft: Draft) -> str:
    """Sentences in plain words: how counts are rounded, what is hidden and why, and what follows for other figures."""
    return " ".join([*_rounding(draft), *_hiding(draft), *_others(draft)])


def _rounding(draft: Draft) -> list[str]:
    counts = {measure for _, measure in draft.counts()} - {AVAILABLE}
    if not counts - LEVELS:
        return []
    if draft.rounded_to == 1:
        sentences = [
            f"Counts are exact, because {FEWEST_ORGANISATIONS} or more organisations stand behind each of them."
        ]
    else:
        sentences = [
            f"Counts are rounded to the nearest {ROUNDED_TO}, each by itself, so rows may not add up to the total."
        ]
    for measure in draft.table.measures:
        if measure.code in LEVELS and measure.code in counts and draft.rounded_to == 1:
            sentences.append(f"{measure.title}: always rounded to the nearest {ROUNDED_TO}.")
    return sentences


def _hiding(draft: Draft) -> list[str]:
    sentences = []
    small = draft.hidden | draft.withheld
    if small:
        sentences.append(f"[c] stands for a figure with fewer than {FEWEST_ORGANISATIONS} organisations behind it.")
    if draft.hidden - draft.small - draft.withheld:
        sentences.append("Other figures are marked [c] as well where they would give it away.")
    shown = draft.units(draft.rows) - draft.withheld
    if draft.withheld and not {unit for unit in shown if unit[0] != TOTAL}:
        sentences.append(f"{WITHHELD}, not even that it is zero, because the others would give it away.")
        if (TOTAL, "row") in draft.withheld:
            sentences.append("Nor is the total of orders.")
    elif draft.withheld:
        where = "of some regions" if draft.code == AUTHORITIES else "of some kinds"
        sentences.append(f"{WITHHELD} {where}, not even that it is zero, because others would give it away.")
    return sentences


def _others(draft: Draft) -> list[str]:
    controls = {measure.control for measure in draft.table.measures}
    sentences = []
    if any(measure.code == AVAILABLE for measure in draft.table.measures):
        sentences.append(f"Available badges are rounded to the nearest {draft.step:,} badges.")
    if Control.RATIO in controls:
        sentences.append("Percentages and ratios are worked out from the figures as published.")
    if Control.TYPICAL in controls:
        sentences.append("A median or an average is hidden when the count that it rests on is hidden.")
    if Control.PUBLIC in controls:
        titles = ", ".join(m.title for m in draft.table.measures if m.control is Control.PUBLIC)
        sentences.append(f"Exact, because it says nothing about an organisation's orders: {titles}.")
    if draft.before is not None:
        sentences.append(_AGAIN)
    return sentences


_AGAIN = f"Published again: a figure stays as first published unless {FEWEST_ORGANISATIONS} or more organisations changed it."
