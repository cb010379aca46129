"""Held-out values after the training data, and the origins that forecasts of them start from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InvalidParameterError, NotFittedError, NotSupportedError
from ...frames import Panel
from ...frames.continuation import continued
from ...frames.wording import count_of, word
from ..divergence.common_past import check_targets


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Series with their held-out ends.

    Parameters
    ----------
    training : Panel
        What the models may have seen.
    panel : Panel
        The same series with the held-out values.
    horizon : int
        Steps of a forecast.
    step : int
        Steps from one origin to the next.
    """

    training: Panel
    panel: Panel
    horizon: int
    step: int

    @property
    def n_origins(self) -> np.ndarray:
        """Origins of each series that have all their steps before its end, shape (n_series,)."""
        room = self.panel.ends - self.training.ends - self.horizon
        return np.where(room >= 0, room // self.step + 1, 0)

    def origins(self) -> Iterator[tuple[np.ndarray, Panel, np.ndarray]]:
        """Yield numbers of the series, their histories and the values that follow, origin after origin."""
        panel = self.panel
        for k in range(int(self.n_origins.max())):
            ends = np.where(self.n_origins > k, self.training.ends + k * self.step, panel.starts)
            there = np.flatnonzero(self.n_origins > k)
            places = panel.offsets[there, None] + (ends - panel.starts)[there, None] + np.arange(self.horizon)
            yield there, panel.between(None, ends), panel.values[places]


def held_out(models: Mapping[str, Any], y_test: Any, horizon: int, step: int) -> HeldOut:
    """Append held-out values to the training data of the first model, and check that no model has seen them.

    Parameters
    ----------
    models : mapping of str to forecaster
        Fitted.
    y_test : Series, DataFrame or Panel
        Rows that follow the training data.
    horizon, step : int
        Of the forecasts and between their origins.

    Returns
    -------
    HeldOut

    Raises
    ------
    NotSupportedError, NotFittedError
        A model is not a forecaster of this package, or not fitted.
    InvalidParameterError
        There are fewer held-out values than steps, or a model was fitted on some of them.
    InvalidFrameError
        The values do not follow the training data, or models have other frequencies.
    """
    for name, model in models.items():
        if not hasattr(model, "forecast_distribution"):
            raise NotSupportedError(
                f"model {name!r}, {type(model).__name__}, has no distribution: compare forecasters of forecastkit"
            )
        if not hasattr(model, "panel_"):
            raise NotFittedError(f"model {name!r} is not fitted: call fit(y) on the data before y_test")
    training = next(iter(models.values())).panel_
    parts = HeldOut(training, continued(training, y_test), horizon, step)
    if not parts.n_origins.any():
        most = int((parts.panel.ends - training.ends).max())
        raise InvalidParameterError(
            f"y_test has {count_of(most, 'step')} after the training data, and horizon={horizon} needs as many: give "
            "more held-out values or a shorter horizon"
        )
    first = next(iter(models))
    for name, model in models.items():
        check_targets(training, model.panel_, (f"model {first!r}", f"model {name!r}"))
        _check_unseen(name, model.panel_, training)
    return parts


def _check_unseen(name: str, fitted: Panel, training: Panel) -> None:
    """Refuse a model that was fitted on held-out values."""
    alone = fitted.layout.kind == training.layout.kind == "series"
    place = np.zeros(1, dtype=int) if alone else fitted.ids.get_indexer(training.ids)
    last = training.calendar.positions(fitted.calendar.stamps(fitted.ends - 1))[place]
    late = np.flatnonzero((place >= 0) & (last >= training.ends))
    if len(late):
        stamp = word(training.calendar.stamps(last[late[:1]])[0])
        raise InvalidParameterError(
            f"model {name!r} was fitted on series {training.ids[late[0]]!r} up to {stamp}, which is after the training "
            "data of the first model: fit all of them on the data before y_test"
        )
