"""Scoring of imputers on values that were observed and then hidden from them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from ...checks import check_integer
from ...errors import DataWarning, InvalidParameterError
from ...estimators.parameters import check_levels
from ...frames import Panel, as_panel
from ..execution import repeat_warnings
from ..identity import describe, plain, versions
from ..progress import Report, progress_reporter
from .estimate import Estimate, MaskedTable, estimate
from .estimate_rows import estimate_rows, second_rows
from .imputers import baseline_imputers, name_imputers, too_costly
from .masks import GRIN_FAULT_PROBABILITY, LONGEST_FAULT, SHORTEST_FAULT
from .pattern import Pattern, make_pattern
from .result import ImputationResult
from .scores import check_imputation_metrics

PatternName = Literal["point", "block", "grin_point", "grin_block", "sensor"]


def score_imputation(
    imputers: Mapping[str, Any] | Sequence[Any] | Any,
    X: pd.Series | pd.DataFrame | Panel,
    *,
    pattern: PatternName | pd.Series | pd.DataFrame = "point",
    rate: float | None = None,
    fault_probability: float = GRIN_FAULT_PROBABILITY,
    shortest: int = SHORTEST_FAULT,
    longest: int = LONGEST_FAULT,
    train_size: float | int = 0.7,
    test_size: float | int = 0.2,
    seeds: int | Sequence[int] = (0,),
    level: float | Sequence[float] = (80, 95),
    metrics: Sequence[str | Callable[..., float]] | None = None,
    baselines: bool = True,
    progress: bool | Report | None = None,
) -> ImputationResult:
    """Hide values that were observed, let imputers fill them in, and score what they say.

    Values are hidden everywhere. Every imputer is fitted on the first `train_size` of the rows and then fills the
    whole table; the hidden values of the last `test_size` of the rows are scored. No hidden value reaches an imputer.

    Parameters
    ----------
    imputers : dict of str to estimator, list of estimators, or estimator
        Imputers of this package or of scikit-learn, or anything with ``fit(X)`` and ``transform(X)`` that scikit-learn
        can clone; with ``impute(X, level)`` its intervals are scored too. They are given wide frames, a row for every
        stamp and a column per sensor. They are cloned, never changed.
    X : Series, DataFrame or Panel
        Sensors with gaps, in any layout.
    pattern : {"point", "block", "grin_point", "grin_block", "sensor"}, Series or DataFrame, default="point"
        Single values; faults that take a sensor away for a while, see `block_mask`; the two masks of the GRIN papers,
        see `grin_mask`; whole sensors. Or a table of booleans in the layout of X, True where a value is to be hidden.
    rate : float, default=None
        Share of the values, or of the sensors, that are hidden, from 0 to 1; for "block" of the single values hidden
        beside the faults. None is 0.25, for "block" 0.05.
    fault_probability : float, default=0.0015
        For "block": probability that a fault begins at a time and sensor.
    shortest, longest : int, default=12, 47
        For "block": bounds of a fault's length in steps.
    train_size, test_size : float or int, default=0.7, 0.2
        Shares of the rows below 1, or whole numbers of rows. What lies between is filled, and not scored.
    seeds : int or sequence of int, default=(0,)
        Of the masks, a run each; the generator is ``numpy.random.default_rng(seed)``.
    level : float or sequence of float, default=(80, 95)
        Interval coverages in percent.
    metrics : sequence of str or callable, default=None
        Of ``mae``, ``rmse``, ``mre``, ``crps``, ``coverage``, ``winkler``, all by default; a callable is
        ``f(actual, estimate) -> float``.
    baselines : bool, default=True
        Add the mean, linear interpolation, nearest neighbours, iterative regression and an autoregression per sensor
        (``mean``, ``linear``, ``knn``, ``iterative``, ``ar``). One that would take very long is left out with a
        warning.
    progress : bool or callable, default=None
        None shows a bar on long runs in a terminal; a callable is told ``(what, done, total)``.

    Returns
    -------
    ImputationResult
        With ``imputed``, ``scores()``, ``by_seed()``, ``by_sensor()``, ``by_gap()``, ``plot()``, ``report()``.

    Raises
    ------
    InvalidParameterError
        A parameter is outside its range, or nothing is left to fit on or to score.
    InvalidFrameError
        The data or the mask break the data contract, or an imputer returned something else than a filled table.

    Warns
    -----
    DataWarning
        A baseline was left out, or an imputer left values empty: the sensor's mean stands there and is scored.

    Notes
    -----
    The recipe of comparisons between papers is 25 % points or GRIN's blocks. An imputer with intervals is asked for the
    reported levels and those of the 20 quantiles of the CRPS, in one call unless the table is very large.

    References
    ----------
    .. [1] A. Cini, I. Marisca and C. Alippi (2022), Filling the G_ap_s: Multivariate Time Series Imputation by Graph
       Neural Networks, section 5.
    .. [2] T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation.

    Examples
    --------
    >>> from sklearn.impute import SimpleImputer
    >>> hours = pd.date_range("2024-01-01", periods=300, freq="h")
    >>> X = pd.DataFrame({"a": np.sin(np.arange(300) / 5), "b": np.cos(np.arange(300) / 5)}, index=hours)
    >>> result = score_imputation({"median": SimpleImputer(strategy="median")}, X)
    >>> result.scores()["mae"].round(2).to_dict()
    {'median': 0.58, 'mean': 0.57, 'linear': 0.03, 'knn': 0.53, 'iterative': 0.56, 'ar': 0.0}
    """
    panel = as_panel(X, whole=True)
    levels, scores = check_levels(level), check_imputation_metrics(metrics)
    chosen = check_seeds(seeds)
    hiding = make_pattern(
        pattern, panel, rate=rate, fault_probability=fault_probability, shortest=shortest, longest=longest
    )
    if hiding.given is not None and len(chosen) > 1:
        raise InvalidParameterError("a mask of your own is the same for every seed: give one seed")
    n_times, n_sensors = int(panel.lengths[0]), panel.n_series
    n_train, n_test = _parts(train_size, test_size, n_times)
    named = name_imputers(imputers)
    added, skipped = {}, {}
    for name, imputer in baseline_imputers().items() if baselines else ():
        if name not in named:
            why = too_costly(name, imputer, n_times, n_train, n_sensors)
            if why is None:
                added[name] = imputer
            else:
                skipped[name] = why
                warnings.warn(f"the baseline {name!r} is left out: {why}", DataWarning, stacklevel=2)
    everything = {**named, **added}
    tables = [_masked(panel, hiding, seed, n_train, n_times - n_test) for seed in chosen]
    estimates: list[list[Estimate]] = []
    told: list[tuple[str, warnings.WarningMessage]] = []
    with progress_reporter(progress) as report, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for seed, table in zip(chosen, tables, strict=True):
            estimates.append([])
            for name, imputer in everything.items():
                estimates[-1].append(estimate(name, imputer, table, levels, seed))
                report(name, sum(map(len, estimates)), len(chosen) * len(everything))
                told += [(name, each) for each in caught]
                caught.clear()
    repeat_warnings(told, what="imputer", runs="seeds")
    _warn_of_unfilled(list(everything), estimates)
    settings = plain(
        {
            "imputers": {name: describe(imputer) for name, imputer in everything.items()},
            "pattern": {"name": hiding.name, **hiding.settings},
            "train_rows": n_train,
            "test_rows": n_test,
            "seeds": chosen,
            "level": levels,
        }
    )
    rows, crps = estimate_rows(list(everything), estimates, tables, chosen, levels)
    return ImputationResult(
        estimates=rows,
        crps=crps,
        seconds=second_rows(list(everything), estimates, chosen),
        models=tuple(everything),
        baselines=tuple(added),
        skipped=skipped,
        seeds=chosen,
        level=levels,
        metrics=scores,
        tables=tuple(tables),
        panel=panel,
        settings=settings,
        versions=versions(),
    )


def check_seeds(seeds: int | Sequence[int]) -> tuple[int, ...]:
    """Return distinct whole numbers of 0 or more, or raise InvalidParameterError."""
    listed = list(seeds) if isinstance(seeds, Sequence | range | np.ndarray) else [seeds]
    chosen = tuple(check_integer(seed, "seeds", 0) for seed in listed)
    if not chosen or len(set(chosen)) < len(chosen):
        raise InvalidParameterError(f"'seeds' must be one or more different whole numbers, got {seeds!r}")
    return chosen


def _parts(train_size: object, test_size: object, n_times: int) -> tuple[int, int]:
    """Return the numbers of rows of the training and of the test part."""
    sizes = {"train_size": train_size, "test_size": test_size}
    rows = [_part(value, name, n_times) for name, value in sizes.items()]
    if sum(rows) > n_times:
        raise InvalidParameterError(
            f"train_size={train_size!r} and test_size={test_size!r} are {rows[0]:,} + {rows[1]:,} rows, but there are "
            f"{n_times:,}: the parts must not overlap"
        )
    return rows[0], rows[1]


def _part(value: Any, name: str, n_times: int) -> int:
    """Return a number of rows given as such or as a share."""
    if isinstance(value, float) and 0 < value < 1:
        rows = int(value * n_times)
        if not rows:
            raise InvalidParameterError(f"{name}={value!r} of {n_times} rows is less than one row")
        return rows
    if isinstance(value, float):
        raise InvalidParameterError(
            f"{name!r} must be a share between 0 and 1 or a whole number of rows, got {value!r}"
        )
    return check_integer(value, name, 1)


def _masked(panel: Panel, pattern: Pattern, seed: int, n_train: int, test_start: int) -> MaskedTable:
    """Hide values, and make sure that something is left to learn from and something to score."""
    actual = np.ascontiguousarray(panel.values.reshape(panel.n_series, -1).T)
    hidden = pattern.hidden(~np.isnan(actual), seed)
    index = panel.calendar.stamps(np.arange(panel.starts[0], panel.ends[0]))
    ids = panel.ids if panel.layout.kind != "series" or panel.layout.name is not None else pd.Index(["y"])
    if not hidden[test_start:].any():
        raise InvalidParameterError(
            f"no observed value of the last {len(actual) - test_start} rows is hidden with seed {seed}, so that there "
            "is nothing to score: raise rate, fault_probability or test_size, or look at the mask"
        )
    if np.isnan(np.where(hidden, np.nan, actual)[:n_train]).all():
        raise InvalidParameterError(
            f"nothing is left in the first {n_train} rows to fit on: hide less, or look at the mask, in which True "
            "is hidden"
        )
    return MaskedTable(actual, hidden, index, ids, n_train, test_start)


def _warn_of_unfilled(names: Sequence[str], estimates: Sequence[Sequence[Estimate]]) -> None:
    """Count what imputers left empty."""
    for name, answers in zip(names, zip(*estimates, strict=True), strict=True):
        count = sum(each.unfilled for each in answers)
        if count:
            warnings.warn(
                f"imputer {name!r} left {count:,} missing values of the test part empty: the sensor's mean stands "
                "there and is scored",
                DataWarning,
                stacklevel=3,
            )
