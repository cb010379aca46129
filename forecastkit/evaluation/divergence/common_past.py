"""Two forecasters given the same past: their laws of the next steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from ...errors import ForecastkitError, InvalidFrameError, InvalidParameterError, NotFittedError, NotSupportedError
from ...estimators.path_law import PathLaw
from ...frames import Covariates, Panel, as_covariates, as_panel


class LawPair(NamedTuple):
    """Laws of two forecasters for the same series, steps and covariates.

    Attributes
    ----------
    p, q : PathLaw
        One and the same object for one and the same forecaster.
    """

    p: PathLaw
    q: PathLaw


def law_pairs(p: Any, q: Any, horizon: int, X: Any, y: Any) -> tuple[Panel, list[LawPair]]:
    """Laws of two forecasters from the end of the same history, for every given future of the covariates.

    Parameters
    ----------
    p, q : forecaster
        Fitted.
    horizon : int
        Steps.
    X : DataFrame, Covariates, sequence of these, or None
        Covariates of the future.
    y : Series, DataFrame, Panel or None
        History; None for the training data of p.

    Returns
    -------
    panel : Panel
        The history.
    pairs : list of LawPair
        One for each X.

    Raises
    ------
    NotSupportedError, NotFittedError, InvalidFrameError, InvalidParameterError
        A model has no density or no fit, the models are of other targets, or X does not suit them.
    """
    for name, model in (("p", p), ("q", q)):
        if not hasattr(model, "path_law"):
            raise NotSupportedError(
                f"{name}: {type(model).__name__} has no density; compare forecasters of forecastkit that have one"
            )
        if not hasattr(model, "panel_"):
            raise NotFittedError(f"{name}: this {type(model).__name__} is not fitted yet: call fit(y) first")
    panel = p.panel_ if y is None else as_panel(y)
    check_targets(p.panel_, q.panel_)
    return panel, [_pair(p, q, horizon, panel, given) for given in _futures(X)]


def check_targets(one: Panel, other: Panel, names: tuple[str, str] = ("p", "q")) -> None:
    """Refuse two models, named so, of different series or frequencies."""
    if one.calendar.freqstr != other.calendar.freqstr:
        raise InvalidFrameError(
            f"{names[0]} was fitted on frequency {one.calendar.freqstr} and {names[1]} on {other.calendar.freqstr}: "
            "only forecasts of the same steps can be compared"
        )
    series = [each.layout.name for each in (one, other) if each.layout.kind == "series"]
    if len(series) == 2 and None not in series and series[0] != series[1]:
        raise InvalidFrameError(
            f"{names[0]} was fitted on the series {series[0]!r} and {names[1]} on {series[1]!r}: only forecasts of the "
            "same series can be compared; rename the Series if they are the same"
        )


def support_problem(pair: LawPair) -> str | None:
    """Say where p can be what q holds impossible, so that the divergence is infinite; None where nowhere."""
    wider = np.flatnonzero(~pair.p.positive & pair.q.positive)
    if not len(wider):
        return None
    return (
        f"the divergence is infinite for {len(wider)} series, {pair.p.ids[wider[0]]!r} first: p can be 0 or negative "
        "there and q, a model of transformed values, cannot; fit both with a transform or both without, or ask for "
        "the divergence of p from q instead"
    )


def _futures(X: Any) -> list[Any]:
    """List the given futures of the covariates, one of None without any."""
    if not isinstance(X, list | tuple):
        return [X]
    if not X:
        raise InvalidParameterError("'X' is an empty list: give one or more frames of covariates, or leave it out")
    return list(X)


def _pair(p: Any, q: Any, horizon: int, panel: Panel, X: Any) -> LawPair:
    """Laws for one future of the covariates."""
    parts = model_covariates([p, q], X, panel)
    with named("p"):
        law = p.path_law(horizon, panel, parts[0])
    if q is p:
        return LawPair(law, law)
    with named("q"):
        return LawPair(law, q.path_law(horizon, panel, parts[1]))


def model_covariates(models: Sequence[Any], X: Any, panel: Panel) -> list[Covariates | None]:
    """Give every model the columns of X that it was fitted with, None to one without covariates.

    Parameters
    ----------
    models : sequence of forecaster
        Fitted.
    X : DataFrame, Covariates or None
        Covariates of the future, with the columns of all models.
    panel : Panel
        The history.

    Returns
    -------
    list of Covariates or None

    Raises
    ------
    NotSupportedError
        No model was fitted with covariates.
    InvalidFrameError
        A column is one of no model.
    """
    if X is None:
        return [None] * len(models)
    names = [getattr(model, "covariate_names_", ()) for model in models]
    if not any(names):
        raise NotSupportedError("X was given, and none of the models was fitted with covariates: leave it out")
    given = as_covariates(X.to_frame() if hasattr(X, "to_frame") else X, panel)
    spare = [each for each in given.names if not any(each in mine for mine in names)]
    if spare:
        raise InvalidFrameError(f"X has the column {spare[0]!r}, which none of the models was fitted with")
    return [given.columns(tuple(each for each in mine if each in given.names)) if mine else None for mine in names]


@contextmanager
def named(name: str) -> Iterator[None]:
    """Put a model's name in front of whatever error it raises."""
    try:
        yield
    except ForecastkitError as error:
        raise type(error)(f"{name}: {error}") from error
