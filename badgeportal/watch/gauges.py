"""Figures about the portal, for Prometheus: each room registers its own, and one call reads them all.

A figure is a count or an age and never tells of a person. Every name is described in docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure; `samples` has a value for each value of the label `label`, or one value under "" without a label."""

    name: str
    says: str
    samples: Mapping[str, float]
    label: str = ""


Source = Callable[[datetime], Iterable[Gauge]]


@dataclass
class _Registry:
    sources: dict[str, Source] = field(default_factory=dict)


_registry = _Registry()


def register(source: Source) -> Source:
    """Add a function that takes the time and returns gauges; it may ask few queries, whatever the data."""
    _registry.sources[f"{source.__module__}.{source.__qualname__}"] = source
    return source


def read_all(now: datetime) -> list[Gauge]:
    """Every figure as it is at `now`."""
    return [gauge for _, source in sorted(_registry.sources.items()) for gauge in source(now)]


def age(now: datetime, then: datetime | None) -> float:
    """Seconds from `then` to `now`; 0 when there is nothing that waits."""
    return max((now - then).total_seconds(), 0.0) if then is not None else 0.0


def exposition(gauges: Iterable[Gauge]) -> str:
    """`gauges` in Prometheus's text format 0.0.4."""
    lines: list[str] = []
    for gauge in gauges:
        lines += [f"# HELP {gauge.name} {gauge.says}", f"# TYPE {gauge.name} gauge"]
        for value_of_label, value in sorted(gauge.samples.items()):
            label = f'{{{gauge.label}="{_escaped(value_of_label)}"}}' if gauge.label else ""
            lines.append(f"{gauge.name}{label} {value:g}" if value < 1e6 else f"{gauge.name}{label} {value:.0f}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
