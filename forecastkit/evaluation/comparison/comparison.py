"""Comparison of fitted forecasters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...checks import check_choice, check_horizon, check_integer
from ...errors import NotSupportedError
from ...estimators.parameters import RandomState, root_seed
from ...estimators.path_law import PathLaw
from ...frames import Covariates, Panel
from ..backtest import name_models
from ..divergence.common_past import LawPair, model_covariates, named, support_problem
from ..divergence.kullback_leibler import divergence_of, named_ids
from ..identity import describe, plain
from ..progress import Report, progress_reporter
from .diebold_mariano import score_test
from .held_out import HeldOut, held_out
from .result import ComparisonResult
from .window_scores import MEASURES, window_scores

_COLUMNS = ("measure", "model", "reference", "value", "difference", "standard_error", "statistic", "p_value")
_STEP_COLUMNS = ("p", "q", "step", "value", "standard_error")


class _Divergence(NamedTuple):
    """Divergence of a pair, and what each lead time adds: None where there is no value of these."""

    value: float
    standard_error: float = np.nan
    by_horizon: pd.DataFrame | None = None


def compare(
    models: Mapping[str, Any] | Sequence[Any],
    y_test: pd.Series | pd.DataFrame | Panel,
    X: pd.DataFrame | None = None,
    *,
    horizon: int,
    step: int = 1,
    reference: str | None = None,
    n_samples: int = 200,
    random_state: RandomState = None,
    progress: bool | Report | None = None,
) -> ComparisonResult:
    """Score fitted forecasters on held-out values, test the differences, and measure how far apart the models are.

    Every model forecasts from every origin: the end of the training data, then ``step`` steps further, ..., with the
    values up to there and the parameters of its fit.

    Parameters
    ----------
    models : dict of str to forecaster, or list of forecasters
        Fitted forecasters of this package, on data before ``y_test``; they are not changed.
    y_test : Series, DataFrame or Panel
        Held-out values that follow the training data of the first model, in its layout.
    X : DataFrame, default=None
        Covariates of these steps, with the columns of all models that use some.
    horizon : int
        Steps forecast from every origin, 1 or more.
    step : int, default=1
        Steps from one origin to the next, 1 or more.
    reference : str, default=None
        Name of the model that the others are measured against; None for the first.
    n_samples : int, default=200
        Paths of each series behind CRPS and energy score, and most paths behind a divergence; 2 or more.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
        Seed. All models share the random numbers.
    progress : bool or callable, default=None
        None shows a bar on long runs in a terminal; a callable is told ``(what, done, total)``.

    Returns
    -------
    ComparisonResult
        With ``table``, ``windows``, ``by_horizon``, ``scores()``, ``divergences()``, ``plot()`` and ``report()``.

    Raises
    ------
    InvalidParameterError
        A parameter is outside its range, there are too few held-out values, or a model was fitted on some of them.
    InvalidFrameError
        The values do not follow the training data, or a model is of other series.
    NotSupportedError
        A model is not a forecaster of this package.

    Notes
    -----
    The log score is minus the log density of the whole window, in nats as the divergences are: its expected difference
    between two models is the difference of their divergences from the truth. A window with a missing value has no log
    score and no energy score. CRPS and energy score come from paths, by estimators without the bias of few of them.
    Differences are averaged over the series at each origin, and tested with the autocorrelation of windows that
    overlap. Divergences are those of the forecasts from the end of the training data.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation.
    .. [2] F. X. Diebold and R. S. Mariano (1995), Comparing predictive accuracy.

    Examples
    --------
    >>> import numpy as np, pandas as pd, forecastkit as fk
    >>> noise = np.random.default_rng(0).normal(size=160)
    >>> y = pd.Series(noise.cumsum(), pd.period_range("2010-01", periods=160, freq="M"))
    >>> models = {"walk": fk.NaiveForecaster(), "ar": fk.ARForecaster(order=6)}
    >>> fitted = {name: model.fit(y.iloc[:120]) for name, model in models.items()}
    >>> compare(fitted, y.iloc[120:], horizon=4, random_state=0).scores()["log_score"].round(1).to_dict()
    {'walk': 5.4, 'ar': 5.4}
    """
    horizon, step = check_horizon(horizon), check_integer(step, "step", 1)
    n_samples = check_integer(n_samples, "n_samples", 2)
    everything = name_models(models)
    chosen = next(iter(everything)) if reference is None else reference
    check_choice(chosen, "reference", list(everything))
    parts = held_out(everything, y_test, horizon, step)
    covariates = dict(zip(everything, model_covariates(list(everything.values()), X, parts.panel), strict=True))
    generator = np.random.default_rng(root_seed(random_state))
    seeds = generator.integers(2**63, size=int(parts.n_origins.max()))
    total = len(everything) * (len(seeds) + len(everything) - 1)
    with progress_reporter(progress) as report:
        progress_of = _Steps(report, total)
        scores = {}
        for name, model in everything.items():
            told = progress_of.at(name)
            scores[name] = window_scores(name, model, parts, covariates[name], n_samples, seeds, told)
        rows = [
            _score_row(measure, name, chosen, scores, -(-horizon // step))
            for measure in MEASURES
            for name in everything
        ]
        pairs = _divergences(everything, parts, covariates, n_samples, int(generator.integers(2**63)), progress_of)
    rows += [("kl", p, q, each.value, np.nan, each.standard_error, np.nan, np.nan) for (p, q), each in pairs.items()]
    known = [each.by_horizon.assign(p=p, q=q) for (p, q), each in pairs.items() if each.by_horizon is not None]
    by_step = known or [pd.DataFrame(columns=list(_STEP_COLUMNS))]
    return ComparisonResult(
        table=pd.DataFrame(rows, columns=list(_COLUMNS)),
        windows=_window_rows(parts, scores),
        by_horizon=pd.concat(by_step, ignore_index=True).reindex(columns=list(_STEP_COLUMNS)),
        models=tuple(everything),
        reference=chosen,
        horizon=horizon,
        step=step,
        n_origins=len(seeds),
        settings=plain(
            {
                "models": {name: describe(model) for name, model in everything.items()},
                "horizon": horizon,
                "step": step,
                "reference": chosen,
                "n_samples": n_samples,
                "random_state": random_state,
            }
        ),
    )


class _Steps:
    """Count of the steps of a comparison that are done."""

    def __init__(self, report: Report, total: int) -> None:
        self.report, self.total, self.done = report, total, 0

    def at(self, name: str) -> Callable[[], None]:
        """Give a function that counts a step of the named work."""

        def told() -> None:
            self.done += 1
            self.report(name, self.done, self.total)

        return told


def _score_row(
    measure: str, name: str, reference: str, scores: Mapping[str, Mapping[str, np.ndarray]], overlap: int
) -> tuple[Any, ...]:
    """Score of a model and its difference from the reference."""
    mine, other = scores[name][measure], scores[reference][measure]
    both = ~np.isnan(mine) & ~np.isnan(other)
    some = both.any(axis=1)
    count = both.sum(axis=1)[some]
    by_origin = [np.where(both, each, 0.0).sum(axis=1)[some] / count for each in (mine, other)]
    test = score_test(by_origin[0], by_origin[1], overlap)
    value = float(np.nanmean(mine)) if not np.isnan(mine).all() else np.nan
    return measure, name, reference, value, *test


def _divergences(
    models: Mapping[str, Any],
    parts: HeldOut,
    covariates: Mapping[str, Covariates | None],
    n_samples: int,
    seed: int,
    progress: _Steps,
) -> dict[tuple[str, str], _Divergence]:
    """Divergences of all ordered pairs, from the end of the training data."""
    laws: dict[str, PathLaw | None] = {}
    for name, model in models.items():
        laws[name] = None
        if hasattr(model, "path_law"):
            with suppress(NotSupportedError), named(f"model {name!r}"):
                laws[name] = model.path_law(parts.horizon, parts.training, covariates[name])
    pairs: dict[tuple[str, str], _Divergence] = {}
    for p, p_law in laws.items():
        for q, q_law in laws.items():
            pairs[p, q] = _Divergence(np.nan)
            if p_law is not None and q_law is not None:
                pairs[p, q] = _divergence(LawPair(p_law, q_law), parts.training, n_samples, seed)
            if p != q:
                progress.at(f"KL({p}‖{q})")()
    return pairs


def _divergence(pair: LawPair, panel: Panel, n_samples: int, seed: int) -> _Divergence:
    """Divergence of a pair of laws; NaN where a series has no density."""
    if support_problem(pair) is not None:
        return _Divergence(np.inf)
    try:
        result = divergence_of(panel, [pair], n_samples, None, "auto", seed, False)
    except NotSupportedError:
        return _Divergence(np.nan)
    return _Divergence(result.value, result.standard_error, result.by_horizon)


def _window_rows(parts: HeldOut, scores: Mapping[str, Mapping[str, np.ndarray]]) -> pd.DataFrame:
    """Scores of each window: ``unique_id, cutoff, model`` and the measures."""
    n_origins = len(next(iter(scores.values()))["crps"])
    origin, series = np.nonzero(parts.n_origins > np.arange(n_origins)[:, None])
    cutoff = parts.panel.calendar.stamps(parts.training.ends[series] + origin * parts.step - 1)
    ids = named_ids(parts.panel)[series]
    tables = [
        pd.DataFrame(
            {"unique_id": ids, "cutoff": cutoff, "model": name} | {m: each[m][origin, series] for m in MEASURES}
        )
        for name, each in scores.items()
    ]
    return pd.concat(tables, ignore_index=True)
