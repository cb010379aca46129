"""What a neural forecaster is trained on: scaled series, and the windows of them to learn from and to hold out."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from ...errors import DataWarning, InvalidFrameError, InvalidParameterError
from ...frames import Covariates, Panel
from ...windows import (
    SeriesScaling,
    SeriesStore,
    WindowIndex,
    seasonal_weights,
    series_scaling,
    tail_lengths,
    tail_windows,
    training_windows,
)
from .covariate_plan import CovariatePlan
from .network_input import NetworkInput, check_positive

if TYPE_CHECKING:
    from ...models import NetworkSpecification
    from .forecaster import NARForecaster

_SPAN = 32  # targets of a window for backbones that read it once for all of them
_SHORT = 0.1  # this part of the series may be too short for windows of more targets than the loss needs
_SAMPLED_SPAN = 24  # targets of a window under scheduled sampling, so that draws are read again


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Scaled series and their windows.

    Parameters
    ----------
    store : SeriesStore
        All series.
    n_targets : int
        Values after the lags in each window.
    training : WindowIndex
        To learn from.
    held_out : WindowIndex or None
        To validate on; None where nothing is held out.
    tail : ndarray of int, shape (n_series,)
        Values held out at the end of each series.
    scaling : SeriesScaling
        Of the series, by what is not held out.
    """

    store: SeriesStore
    n_targets: int
    training: WindowIndex
    held_out: WindowIndex | None
    tail: np.ndarray
    scaling: SeriesScaling

    @property
    def bounds(self) -> tuple[float, float]:
        """Range that rollouts are held to in training: that of what is not held out, and half of it on either side."""
        lengths = self.store.lengths
        place = np.arange(int(lengths.sum())) - np.repeat(self.store.offsets.numpy()[:-1], lengths)
        values = self.store.values.numpy()[place < np.repeat(lengths - self.tail, lengths)]
        low, high = float(values.min()), float(values.max())
        return low - (high - low) / 2, high + (high - low) / 2


def count_targets(model: NARForecaster, specification: NetworkSpecification, panel: Panel) -> int:
    """Count the targets of a window: whole blocks, as many as the loss asks for and the series allow."""
    order, s = specification.order, specification.block_size
    needed = s * math.ceil(max(model.rollout_steps, s) / s)
    longest = int(panel.lengths.max())
    if longest < order + s:
        raise InvalidFrameError(
            f"order={order} and block_size={s} need series of {order + s} values or more, and the longest one "
            f"({panel.ids[int(panel.lengths.argmax())]!r}) has {longest}: lower order or block_size, or give more data"
        )
    if longest < order + needed:
        raise InvalidParameterError(
            f"rollout_steps={model.rollout_steps} and order={order} need windows of {order + needed} values, and the "
            f"longest series has {longest}: lower rollout_steps to {(longest - order) // s * s} or less, or order"
        )
    wished = needed
    if specification.backbone != "mlp":
        wished = max(wished, min(order, _SPAN))
    if model.scheduled_sampling is not None:
        wished = max(wished, min(order, _SAMPLED_SPAN), 2 * s)
    usual = np.quantile(panel.lengths[panel.lengths >= order + needed], _SHORT)  # most series must have such windows
    affordable = max(needed, int(usual - order) // 2)
    return min(s * math.ceil(wished / s), s * (affordable // s))


def training_data(
    model: NARForecaster,
    panel: Panel,
    X: Covariates | None,
    plan: CovariatePlan,
    order: int,
    n_targets: int,
    validation_size: float,
) -> TrainingData:
    """Hold out the end of every series, scale the series by the rest, and index their windows."""
    log = model.transform == "log"
    if log:
        check_positive(panel)
    tail = tail_lengths(panel.lengths, order, n_targets, validation_size)
    kind = None if model.scaler is None else "standard"
    scaling = series_scaling(panel.values, panel.offsets, kind, log=log, used=panel.lengths - tail)
    store = NetworkInput(panel, scaling, X, plan, static=getattr(model, "static_covariates", None)).store()
    if model.loss == "mase":
        season = model.seasonal_period or panel.calendar.seasonal_period
        past = np.where(np.arange(len(panel.values)) < np.repeat(panel.offsets[1:] - tail, panel.lengths),
                        panel.values, np.nan)  # fmt: skip
        weight = seasonal_weights(past, panel.offsets, scaling, int(season))
        store = replace(store, weight=torch.as_tensor(weight, dtype=store.values.dtype))
    training = training_windows(store, order, n_targets, tail, model.stride)
    if not len(training):
        raise InvalidFrameError(
            f"no series has {order + n_targets} values in a row to train on, some of them observed: lower order, "
            "block_size, rollout_steps or validation_size"
        )
    held_out = tail_windows(store, order, n_targets, tail, model.stride)
    return TrainingData(store, n_targets, training, held_out if len(held_out) else None, tail, scaling)


def warn_of_unused(panel: Panel, data: TrainingData, order: int) -> None:
    """Count the series that have no window to learn from in a DataWarning."""
    without = np.flatnonzero(data.training.counts == 0)
    if len(without):
        warnings.warn(
            f"{len(without)} of {panel.n_series} series ({panel.ids[without[0]]!r} first) are shorter than "
            f"the {order} + {data.n_targets} values of a window: nothing is learned from them",
            DataWarning,
            stacklevel=2,
        )


def check_variation(panel: Panel) -> None:
    """Refuse data in which nothing ever changes, and count the series in which nothing does."""
    seen = panel.observed
    low = np.minimum.reduceat(np.where(seen, panel.values, np.inf), panel.offsets[:-1])
    high = np.maximum.reduceat(np.where(seen, panel.values, -np.inf), panel.offsets[:-1])
    constant = np.flatnonzero(low >= high)
    if len(constant) == panel.n_series:
        raise InvalidFrameError(
            f"every series is constant ({panel.ids[0]!r} is {low[0]:g} throughout): there is nothing for a network to "
            "learn; NaiveForecaster forecasts a constant"
        )
    if len(constant):
        warnings.warn(
            f"{len(constant)} of {panel.n_series} series ({panel.ids[constant[0]]!r} first) are constant: their unit "
            "is taken to be 1",
            DataWarning,
            stacklevel=2,
        )
