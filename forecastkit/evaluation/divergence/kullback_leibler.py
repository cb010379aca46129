"""The Kullback-Leibler divergence of two fitted forecasters."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any, Literal

import numpy as np
import pandas as pd

from ...checks import check_choice, check_horizon, check_integer
from ...errors import InvalidParameterError, NotSupportedError
from ...estimators.parameters import RandomState, root_seed
from ...frames import Panel
from ..progress import Report, progress_reporter
from .common_past import LawPair, law_pairs, support_problem
from .exact import exact_terms
from .monte_carlo import PathSampler, sample_divergence
from .result import DivergenceResult, series_table, step_table

_ESTIMATORS = ("auto", "exact", "rao_blackwell", "log_ratio")


def kl_divergence(
    p: Any,
    q: Any,
    horizon: int,
    X: pd.DataFrame | Sequence[pd.DataFrame] | None = None,
    n_samples: int = 1000,
    tolerance: float | None = None,
    estimator: Literal["auto", "exact", "rao_blackwell", "log_ratio"] = "auto",
    random_state: RandomState = None,
    *,
    y: pd.Series | pd.DataFrame | Panel | None = None,
    progress: bool | Report | None = None,
) -> DivergenceResult:
    """How much the forecasts of q lose where p is the truth, as distributions of whole paths.

    KL(p‖q) = E_p[log p(x_{1:T} | past, c) - log q(x_{1:T} | past, c)] = Σ_t E_p[KL(p(x_t | x_{<t}) ‖ q(x_t | x_{<t}))]
    in nats, for T = ``horizon`` steps after the same past and covariates c = ``X``.

    Parameters
    ----------
    p, q : forecaster
        Fitted forecasters with a density: `ARForecaster`, `NARForecaster`, `ConditionalNARForecaster`,
        `NaiveForecaster` or `DriftForecaster`, of the same series. Transforms and scalings may differ, as densities are
        in the data's unit.
    horizon : int
        Number of steps, 1 or more.
    X : DataFrame or sequence of DataFrame, default=None
        Covariates of the future, with the columns of both models; a list of futures is averaged over. None for the rows
        of the fits.
    n_samples : int, default=1000
        Most paths of each series, 2 or more; not used where the value is exact.
    tolerance : float, default=None
        Standard error, in nats, at which no more paths are drawn; None draws ``n_samples``. Looked at after 200 paths
        and then as often as it promises to be reached.
    estimator : {"auto", "exact", "rao_blackwell", "log_ratio"}, default="auto"
        The closed form for Gaussian laws behind the same transform; the mean over paths of p of the divergences of the
        steps' laws; or that of log p - log q. ``"auto"`` takes the first where it exists, else the one of smaller
        standard error on the first 200 paths.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
        Seed. A series' paths depend on the seed and its id only.
    y : Series, DataFrame or Panel, default=None
        History that both forecast from; None for the training data of p.
    progress : bool or callable, default=None
        None shows a bar on long runs in a terminal; a callable is told ``(what, done, total)``, in paths.

    Returns
    -------
    DivergenceResult
        With ``value``, ``standard_error``, ``by_horizon``, ``by_series`` and ``plot()``.

    Raises
    ------
    InvalidParameterError
        A parameter is outside its range.
    InvalidFrameError
        The models are of other series or frequencies.
    NotSupportedError
        A model has no density; p can be where q cannot, so that the divergence is infinite; or there is no closed form
        where it was asked for.
    ConvergenceError
        A path leaves the range of numbers, or a density is 0.

    Notes
    -----
    Two autoregressions have Gaussian laws N(μ, σ² Ψ Ψᵀ) and an exact value; mixtures of them (``order="auto"``) have
    not. The divergence of two steps has a closed form when both laws are Gaussian (``inner`` says so); else it is the
    mean over stratified draws, which has no bias, so that the standard error counts their noise as well. Steps in a
    block of a network have the joint law of their copula. A Box-Cox law's mass at the end of its range is left out.

    Cost: O(horizon³) a series where exact; else a rollout of both models along ``n_samples`` paths of each series.

    References
    ----------
    .. [1] T. M. Cover and J. A. Thomas (2006), Elements of Information Theory, theorem 2.5.3.
    .. [2] C. P. Robert and G. Casella (2004), Monte Carlo Statistical Methods, section 4.2.

    Examples
    --------
    >>> import numpy as np, pandas as pd, forecastkit as fk
    >>> index = pd.period_range("2000", periods=200, freq="M")
    >>> y = pd.Series(np.random.default_rng(0).normal(size=200).cumsum(), index)
    >>> one, two = fk.ARForecaster(order=1).fit(y), fk.ARForecaster(order=2).fit(y)
    >>> kl_divergence(one, two, horizon=12).estimator
    'exact'
    """
    horizon = check_horizon(horizon)
    n_samples = check_integer(n_samples, "n_samples", 2)
    check_choice(estimator, "estimator", _ESTIMATORS)
    if tolerance is not None and not (isinstance(tolerance, Real) and 0 < float(tolerance) < np.inf):
        raise InvalidParameterError(f"'tolerance' must be a number above 0, or None, got {tolerance!r}")
    panel, pairs = law_pairs(p, q, horizon, X, y)
    for pair in pairs:
        problem = support_problem(pair)
        if problem is not None:
            raise NotSupportedError(problem)
    return divergence_of(panel, pairs, n_samples, tolerance, estimator, random_state, progress)


def divergence_of(
    panel: Panel,
    pairs: Sequence[LawPair],
    n_samples: int,
    tolerance: float | None,
    estimator: Literal["auto", "exact", "rao_blackwell", "log_ratio"],
    random_state: RandomState,
    progress: bool | Report | None,
) -> DivergenceResult:
    """Divergence of pairs of laws of the series of a panel, by checked parameters."""
    if estimator in ("auto", "exact"):
        terms = exact_terms(pairs)
        if terms is not None:
            return _exact_result(panel, terms, tolerance)
    if estimator == "exact":
        raise NotSupportedError(
            "there is no exact divergence: a law is not Gaussian, as of a network or of order='auto', or a series has "
            "one transform in p and another in q; estimator='auto' estimates it"
        )
    with progress_reporter(progress) as report:
        sampler = PathSampler(pairs, root_seed(random_state), n_samples, report)
        used, pilot = sample_divergence(sampler, estimator, n_samples, tolerance)
    estimate = sampler.estimates[used]
    inner = "closed form" if sampler.closed_form else "stratified draws"
    return DivergenceResult(
        value=float(estimate.totals.mean.mean()),
        standard_error=estimate.standard_error,
        by_horizon=step_table(estimate.terms.mean, estimate.terms.error_variance),
        by_series=series_table(named_ids(panel), len(pairs), estimate.totals.mean, estimate.totals.error_variance),
        estimator=used,
        inner=inner if used == "rao_blackwell" else None,
        n_samples=sampler.done,
        pilot=pilot,
        tolerance=tolerance,
    )


def named_ids(panel: Panel) -> pd.Index:
    """Names of the series, ``y`` for a Series without one."""
    return panel.ids if panel.layout.kind != "series" or panel.layout.name is not None else pd.Index(["y"])


def _exact_result(panel: Panel, terms: np.ndarray, tolerance: float | None) -> DivergenceResult:
    """Make the result of exact terms (n_pairs, n_series, horizon)."""
    units = terms.reshape(-1, terms.shape[2])
    totals = units.sum(axis=1)
    return DivergenceResult(
        value=float(totals.mean()),
        standard_error=0.0,
        by_horizon=step_table(units, np.zeros(units.shape)),
        by_series=series_table(named_ids(panel), len(terms), totals, np.zeros(len(totals))),
        estimator="exact",
        inner=None,
        n_samples=0,
        pilot=None,
        tolerance=tolerance,
    )
