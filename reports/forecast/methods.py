"""Three ways to go on with a series of weeks: as it was last, as it moved on average, and by exponential smoothing."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.models.forecast import Method

# The levels of the intervals, as shares.
LEVELS = (0.80, 0.95)


@dataclass(frozen=True, slots=True)
class Path:
    """The weeks to come: what is expected, and how far to either side the method itself says it may go, for each of LEVELS."""

    expected: list[float]
    reaches: dict[float, list[float]] | None = None


class NoPath(Exception):
    """The method cannot go on with this series."""


def go_on(method: Method, history: Sequence[float], ahead: int, *, with_reaches: bool = False) -> Path:
    """The next `ahead` weeks after `history`, never below zero. Raises NoPath when the method cannot say."""
    path = _WAYS[method](history, ahead, with_reaches)
    return Path([max(value, 0.0) for value in path.expected], path.reaches)


def _naive(history: Sequence[float], ahead: int, with_reaches: bool) -> Path:
    return Path([history[-1]] * ahead)


def _drift(history: Sequence[float], ahead: int, with_reaches: bool) -> Path:
    step = (history[-1] - history[0]) / (len(history) - 1) if len(history) > 1 else 0.0
    return Path([history[-1] + step * (number + 1) for number in range(ahead)])


def _ets(history: Sequence[float], ahead: int, with_reaches: bool) -> Path:
    """Additive errors and a trend that is damped: with a year or less of weeks there is no season to be seen."""
    # Loads scipy and pandas: two seconds that only the task that forecasts should pay.
    import numpy as np
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    if max(history) == min(history):
        # Nothing ever moved, and there is nothing to fit.
        return _naive(history, ahead, with_reaches)
    with warnings.catch_warnings():
        # It warns when it has not settled; the back-test says what that is worth.
        warnings.simplefilter("ignore")
        model = ETSModel(pd.Series(list(history), dtype=float), error="add", trend="add", damped_trend=True)
        fitted: Any = model.fit(disp=False, maxiter=200)
        expected = [float(value) for value in fitted.forecast(ahead)]
        if not all(np.isfinite(expected)):
            raise NoPath
        reaches = _reaches_of(fitted, len(history), ahead) if with_reaches else None
    return Path(expected, reaches)


def _reaches_of(fitted: Any, length: int, ahead: int) -> dict[float, list[float]]:
    prediction = fitted.get_prediction(start=length, end=length + ahead - 1)
    found = {}
    for level in LEVELS:
        frame = prediction.summary_frame(alpha=1 - level)
        found[level] = [float(reach) for reach in (frame["pi_upper"] - frame["pi_lower"]) / 2]
    return found


_WAYS = {Method.NAIVE: _naive, Method.DRIFT: _drift, Method.ETS: _ets}
