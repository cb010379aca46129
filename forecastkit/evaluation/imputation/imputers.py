"""The imputers that are scored: their names, the baselines among them, and what they have to be able to do."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import InvalidParameterError
from ...estimators import ARImputer, IterativeImputer, KNNImputer, LinearInterpolationImputer, MeanImputer

_RESERVED = ("unique_id", "ds", "seed", "y", "gap", "imputer", "n")
# what one baseline may cost: some minutes on a slow machine
_MOST_DISTANCES = 2e10
_MOST_REGRESSION_VALUES = 1e7
_MOST_AUTOREGRESSION_VALUES = 5e6


def name_imputers(imputers: Mapping[str, Any] | Sequence[Any] | Any) -> dict[str, Any]:
    """Imputers by name: the keys of a dict, or the class names of a list, numbered where they repeat.

    Parameters
    ----------
    imputers : dict of str to estimator, list of estimators, or an estimator

    Returns
    -------
    dict of str to estimator

    Raises
    ------
    InvalidParameterError
        There is none, a name cannot be one, or something lacks ``fit`` or ``transform``.
    """
    if isinstance(imputers, Mapping):
        named = dict(imputers)
    else:
        listed = list(imputers) if isinstance(imputers, list | tuple) else [imputers]
        named = {}
        for imputer in listed:
            base = name = type(imputer).__name__
            number = 2
            while name in named:
                name, number = f"{base}-{number}", number + 1
            named[name] = imputer
    if not named:
        raise InvalidParameterError("'imputers' is empty: give at least one, such as {'gaussian': GaussianImputer()}")
    for name, imputer in named.items():
        if not isinstance(name, str) or not name or name in _RESERVED or name.startswith("_"):
            raise InvalidParameterError(
                f"an imputer cannot be named {name!r}: a name does not begin with _ and is none of "
                f"{', '.join(_RESERVED)}"
            )
        if any(f"{side}-" in name for side in ("-lo", "-hi")):
            raise InvalidParameterError(f"an imputer cannot be named {name!r}: '-lo-' and '-hi-' mark interval bounds")
        _check_imputer(name, imputer)
    return named


def baseline_imputers() -> dict[str, Any]:
    """Return the imputers that every table has, by name."""
    return {
        "mean": MeanImputer(),
        "linear": LinearInterpolationImputer(),
        "knn": KNNImputer(),
        "iterative": IterativeImputer(),
        "ar": ARImputer(),
    }


def too_costly(name: str, imputer: Any, n_times: int, n_train: int, n_sensors: int) -> str | None:
    """Say why a baseline is left out where it would take very long; None where it would not."""
    if isinstance(imputer, KNNImputer):
        heavy = n_times * min(n_train, imputer.max_rows) * n_sensors > _MOST_DISTANCES
    elif isinstance(imputer, IterativeImputer):
        heavy = min(n_train, imputer.max_rows) * n_sensors > _MOST_REGRESSION_VALUES
    else:
        heavy = isinstance(imputer, ARImputer) and (
            min(n_train, imputer.max_rows) * n_sensors > _MOST_AUTOREGRESSION_VALUES
        )
    if not heavy:
        return None
    return (
        f"{n_times:,} rows x {n_sensors:,} sensors would take it long; give it among the imputers, "
        f"{{{name!r}: {type(imputer).__name__}()}}, to have it all the same"
    )


def gives_intervals(imputer: Any) -> bool:
    """Whether an imputer has ``impute(X, level=)``, and a law behind it."""
    method = getattr(imputer, "impute", None)
    return (
        getattr(imputer, "has_intervals", True) and callable(method) and "level" in inspect.signature(method).parameters
    )


def _check_imputer(name: str, imputer: Any) -> None:
    """Raise InvalidParameterError unless this is an instance with ``fit`` and ``transform``."""
    missing = [method for method in ("fit", "transform") if not callable(getattr(imputer, method, None))]
    if missing or isinstance(imputer, type):
        what = "is a class, pass an instance" if isinstance(imputer, type) else f"has no {' and no '.join(missing)}"
        raise InvalidParameterError(
            f"imputer {name!r} ({imputer!r}) {what}: it needs fit(X) and transform(X), as scikit-learn's have"
        )
