"""What the parameters of ARForecaster mean, and which go together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...autoregression import CRITERIA, ARSpecification
from ...checks import check_choice, check_integer, check_number
from ...errors import InvalidParameterError, nearest
from .member import ARVariant

if TYPE_CHECKING:
    from ...frames import Panel
    from .forecaster import ARForecaster

Order = int | Sequence[int] | Literal["auto", "aic", "aicc", "bic", "hqic"]
_DECIDED = {  # what order="auto" decides, and what cannot be mixed
    "max_order": None,
    "trend": "c",
    "differences": 0,
    "seasonal_differences": 0,
    "transform": None,
    "averaging": False,
    "likelihood": "conditional",
    "pooling": "local",
    "ridge": 0.0,
    "strategy": "recursive",
    "window_scaling": "auto",
}


def check_ar_parameters(model: ARForecaster) -> None:
    """Raise InvalidParameterError for a parameter outside its range, or that another one rules out."""
    lags_of(model.order)
    check_choice(model.trend, "trend", ("n", "c", "ct"))
    check_choice(model.on_error, "on_error", ("raise", "naive"))
    check_choice(model.strategy, "strategy", ("recursive", "direct"))
    check_choice(model.pooling, "pooling", ("local", "global"))
    check_choice(model.likelihood, "likelihood", ("conditional", "exact"))
    if model.transform is not None:
        check_choice(model.transform, "transform", ("log", "boxcox"))
    if model.window_scaling is not None:
        check_choice(model.window_scaling, "window_scaling", ("auto", "mean"))
    if not isinstance(model.averaging, bool):
        raise InvalidParameterError(f"'averaging' must be True or False, got {model.averaging!r}")
    check_integer(model.differences, "differences", 0)
    check_integer(model.seasonal_differences, "seasonal_differences", 0)
    check_number(model.ridge, "ridge", 0)
    if model.seasonal_period is not None:
        check_integer(model.seasonal_period, "seasonal_period", 1)
    if model.max_order is not None:
        check_integer(model.max_order, "max_order", 0)
    if model.horizon is not None:
        check_integer(model.horizon, "horizon", 1)
    _check_order_rules(model)
    _check_strategy_rules(model)


def _check_order_rules(model: ARForecaster) -> None:
    """Refuse parameters that need another kind of order."""
    chosen = isinstance(model.order, str)
    if model.max_order is not None and not chosen:
        raise _rules_out("max_order", model.max_order, f"order={model.order!r}", "limits what a criterion tries")
    if model.averaging and (not chosen or model.order == "auto"):
        raise _rules_out("averaging", True, f"order={model.order!r}", "averages over the orders of a criterion")
    if model.window_scaling == "mean" and not chosen and not lags_of(model.order):
        raise _rules_out("window_scaling", "mean", f"order={model.order!r}", "takes the mean over the lags")
    if model.averaging and model.ridge and model.window_scaling == "mean":
        raise _rules_out("window_scaling", "mean", f"averaging=True and ridge={model.ridge!r}", "goes with one of them")
    if not (chosen and model.order == "auto"):
        return
    for name, neutral in _DECIDED.items():
        if getattr(model, name) != neutral and not (name == "window_scaling" and model.window_scaling is None):
            raise InvalidParameterError(
                f"{name}={getattr(model, name)!r} does not go with order='auto', the default, which decides on "
                f"everything: state an order too, such as order='bic' or order=12, or leave out {name!r}"
            )


def _check_strategy_rules(model: ARForecaster) -> None:
    """Refuse parameters that the direct strategy, a global model or the exact likelihood cannot honour."""
    direct, pooled = model.strategy == "direct", model.pooling == "global"
    exact = model.likelihood == "exact"
    if direct and model.horizon is None:
        raise InvalidParameterError("strategy='direct' needs 'horizon', the number of steps its map is made for")
    if model.horizon is not None and not direct:
        raise _rules_out("horizon", model.horizon, "strategy='recursive'", "is for strategy='direct'")
    if direct and not isinstance(model.order, int | np.integer):
        raise _rules_out("order", model.order, "strategy='direct'", "has to be a number of lags there")
    where = "strategy='direct'" if direct else "pooling='global'"
    if pooled and model.transform == "boxcox":
        raise _rules_out("transform", "boxcox", "pooling='global'", "is a power of each series; take 'log' there")
    if direct or pooled:
        if isinstance(model.order, str):
            raise _rules_out("order", model.order, where, "has to be stated there")
        if not lags_of(model.order):
            raise _rules_out("order", model.order, where, "has to be 1 or more there")
        if model.trend == "ct":
            raise _rules_out("trend", "ct", where, "has no common time there; difference instead")
        if exact:
            raise _rules_out("likelihood", "exact", where, "is for one series at a time")
    if direct and (model.differences or model.seasonal_differences):
        name = "differences" if model.differences else "seasonal_differences"
        raise _rules_out(name, getattr(model, name), where, "is not taken there; use window_scaling='mean'")
    if exact:
        for name, neutral in {"ridge": 0.0, "averaging": False, "window_scaling": None}.items():
            if getattr(model, name) not in (neutral, "auto"):
                raise _rules_out(name, getattr(model, name), "likelihood='exact'", "has no place in that likelihood")


def _rules_out(name: str, value: object, where: str, why: str) -> InvalidParameterError:
    """Error for two parameters that do not go together."""
    return InvalidParameterError(f"{name}={value!r} does not go with {where}: {name!r} {why}; leave one of them out")


def variant_of(model: ARForecaster, panel: Panel) -> ARVariant:
    """Translate the parameters into what is fitted to a panel."""
    return ARVariant(
        specification=specification_of(model, panel),
        transform=model.transform,
        exact=model.likelihood == "exact",
        pooled=model.pooling == "global",
        direct_horizon=None if model.strategy == "recursive" else model.horizon,
    )


def specification_of(model: ARForecaster, panel: Panel) -> ARSpecification:
    """Translate the parameters into the autoregression to fit on a panel."""
    season = int(model.seasonal_period or panel.calendar.seasonal_period)
    if model.seasonal_differences and season == 1:
        raise InvalidParameterError(
            f"'seasonal_differences' needs a season, and {panel.calendar.label} data have none by default: "
            "set seasonal_period to its number of steps"
        )
    return ARSpecification(
        lags=lags_of(model.order),
        criterion=model.order if isinstance(model.order, str) else None,
        max_order=model.max_order,
        trend=model.trend,
        differences=int(model.differences),
        seasonal_differences=int(model.seasonal_differences),
        seasonal_period=season,
        ridge=float(model.ridge),
        window_mean=removes_window_mean(model),
        averaging=model.averaging,
    )


def removes_window_mean(model: ARForecaster) -> bool:
    """Whether each window's mean is removed: when asked to, and by default for a global model."""
    return model.window_scaling == "mean" or (model.window_scaling == "auto" and model.pooling == "global")


def lags_of(order: object) -> tuple[int, ...]:
    """Lags that ``order`` stands for, none for a criterion; InvalidParameterError unless it has a meaning."""
    order = order.tolist() if isinstance(order, np.ndarray) else order
    if isinstance(order, str):
        if order not in ("auto", *CRITERIA):
            raise InvalidParameterError(
                f"'order' must be a whole number, a list of lags, a criterion or 'auto', got {order!r}; "
                f"{nearest(order, ('auto', *CRITERIA))}"
            )
        return ()
    if isinstance(order, Collection):
        lags = [check_integer(lag, "order", 1) for lag in order]
        if not lags or len(set(lags)) < len(lags):
            raise InvalidParameterError(f"'order' must list distinct lags, got {order!r}")
        return tuple(sorted(lags))
    return tuple(range(1, check_integer(order, "order", 0) + 1))
