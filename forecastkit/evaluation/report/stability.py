"""The part of the page about stability: what becomes of the errors of models that read their own forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from ...errors import ForecastkitError
from ..forecasting import uses_covariates
from ..stability.section import StabilitySection, stability_section
from .chart import Chart, packed, sized

if TYPE_CHECKING:
    from ..result import BacktestResult

# a look, not a study: a network with a slow backbone and a long memory has to be through in seconds
_SIZES = {"n_states": 32, "n_steps": 1000, "n_paths": 8}
_SMALL_SIZES = {"n_states": 8, "n_steps": 200, "n_paths": 4}
_LONG = 32  # values that a network reads
_MOST_STEPS = 48
_MOST_SERIES = 4
_MOST_SECONDS = 5.0  # that a fit may take where the backtest has left none


def stability_parts(result: BacktestResult, models: Sequence[str]) -> dict[str, StabilitySection]:
    """Describe the stability of the models of a backtest, without the baselines it added.

    Parameters
    ----------
    result : BacktestResult
        The backtest.
    models : sequence of str
        Names, in the order of the page.

    Returns
    -------
    dict of str to StabilitySection
        By name; a model that feeds nothing back, or would take long to fit again, is left out.
    """
    panel = result.panel
    if panel.n_series > _MOST_SERIES:
        panel = panel.select(np.linspace(0, panel.n_series - 1, _MOST_SERIES).round().astype(int))
    parts = {}
    for name in models:
        model = None if name in result.baselines else _fitted(result, name)
        if model is None:
            continue
        X = result.covariates.for_panel(panel) if result.covariates is not None and uses_covariates(model) else None
        try:
            parts[name] = stability_section(model, panel, X, horizon=min(result.horizon, _MOST_STEPS), **_sizes(model))
        except ForecastkitError:  # no recursion, or none on these series
            continue
    return parts


def stability_chart(parts: Mapping[str, StabilitySection]) -> Chart | None:
    """Return errors by lead time with their bound, keyed by the number of the model; None without models."""
    if not parts:
        return None
    drawings = {str(i): sized(part.drawings["error_growth"], None) for i, part in enumerate(parts.values())}
    return Chart(packed(drawings), [])


def _sizes(model: Any) -> dict[str, int]:
    """Return how much is looked at: less of a network whose every step reads a long past anew."""
    is_slow = getattr(model, "backbone", "mlp") != "mlp" and model.order > _LONG
    return _SMALL_SIZES if is_slow else _SIZES


def _fitted(result: BacktestResult, name: str) -> Any:
    """Return the model as the backtest fitted it last, else fitted to all data; None where that would take long."""
    model = result.estimators[name]
    if hasattr(model, "panel_") or not hasattr(model, "forecast_distribution"):
        return model if hasattr(model, "panel_") else None
    seconds = result.seconds.loc[(result.seconds["model"] == name) & (result.seconds["fit_seconds"] > 0)]
    if len(seconds) and float(seconds["fit_seconds"].mean()) > _MOST_SECONDS:
        return None
    copy: Any = clone(model)
    try:
        return copy.fit(result.panel, result.covariates if uses_covariates(copy) else None)
    except ForecastkitError:  # what no window had may be in the whole
        return None
