"""Simple imputers that every other one has to beat: mean, interpolation, neighbours, regressions."""

from __future__ import annotations

import warnings

import numpy as np

from ...checks import check_integer
from .standardised import StandardisedImputer, interpolated

__all__ = ["IterativeImputer", "KNNImputer", "LinearInterpolationImputer", "MeanImputer"]


class MeanImputer(StandardisedImputer):
    """Fill every gap with the mean of the sensor's observed values in `fit`.

    Notes
    -----
    A sensor without a value in `fit` gets the mean of all values.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"a": [1.0, np.nan, 3.0]}, index=pd.date_range("2024-01-01", periods=3))
    >>> MeanImputer().fit_transform(X)["a"].tolist()
    [1.0, 2.0, 3.0]
    """

    def _estimate(self, values: np.ndarray) -> np.ndarray:
        return np.zeros_like(values)


class LinearInterpolationImputer(StandardisedImputer):
    """Fill every gap on the straight line between the observed values around it; ends hold the nearest value.

    Notes
    -----
    Hard to beat on single points of slowly varying series. A sensor without a value in ``X`` gets its mean of `fit`.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"a": [1.0, np.nan, 3.0, np.nan]}, index=pd.date_range("2024-01-01", periods=4))
    >>> LinearInterpolationImputer().fit_transform(X)["a"].tolist()
    [1.0, 2.0, 3.0, 3.0]
    """

    def _estimate(self, values: np.ndarray) -> np.ndarray:
        return interpolated(values)


class KNNImputer(StandardisedImputer):
    """Fill a gap with the mean of the sensor at the most similar times, by scikit-learn's imputer of that name.

    Parameters
    ----------
    n_neighbors : int, default=10
        Number of times that are averaged, 1 or more.
    max_rows : int, default=5000
        Most rows of the training data that are searched, spread evenly over it.

    Notes
    -----
    Sensors are standardised. One without a value in `fit` gets the mean of the others at the time. O(n m N) for n rows,
    m searched ones and N sensors.

    References
    ----------
    .. [1] O. Troyanskaya et al. (2001), Missing value estimation methods for DNA microarrays, Bioinformatics 17(6).

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"a": [1.0, 2.0, 1.0, 2.0], "b": [5.0, 7.0, 5.0, np.nan]})
    >>> KNNImputer(n_neighbors=1).fit_transform(X)["b"].round(6).tolist()
    [5.0, 7.0, 5.0, 7.0]
    """

    def __init__(self, *, n_neighbors: int = 10, max_rows: int = 5000) -> None:
        self.n_neighbors = n_neighbors
        self.max_rows = max_rows

    def check_parameters(self) -> None:
        """Raise InvalidParameterError unless both are whole numbers of 1 or more."""
        check_integer(self.n_neighbors, "n_neighbors", 1)
        check_integer(self.max_rows, "max_rows", 1)

    def _learn(self, values: np.ndarray) -> None:
        from sklearn.impute import KNNImputer as SklearnImputer

        model = SklearnImputer(n_neighbors=self.n_neighbors, keep_empty_features=True)
        self._model = model.fit(_spread_rows(values, self.max_rows))

    def _estimate(self, values: np.ndarray) -> np.ndarray:
        return self._by_others(np.asarray(self._model.transform(values)), values)


class IterativeImputer(StandardisedImputer):
    """Regress every sensor on others at the same time, in turns, by scikit-learn's imputer of that name.

    Parameters
    ----------
    n_nearest_features : int, default=20
        Sensors that each one is regressed on, drawn with probability by their correlation, 1 or more; all of them
        where there are not more.
    max_iter : int, default=5
        Rounds over the sensors, 1 or more.
    max_rows : int, default=20000
        Most rows of the training data that are used, spread evenly over it.
    random_state : int, default=0
        Seed of the choice of sensors.

    Notes
    -----
    Bayesian ridge regression on standardised sensors. Rounds end when values settle or after ``max_iter``, in either
    case without a warning: it is a yardstick, not a fit to convergence. A sensor without a value in `fit` gets the mean
    of the others at the time.

    References
    ----------
    .. [1] S. van Buuren and K. Groothuis-Oudshoorn (2011), mice: Multivariate Imputation by Chained Equations in R.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [2.0, 4.0, 6.0, 8.0, np.nan]})
    >>> IterativeImputer().fit_transform(X)["b"].round(2).tolist()
    [2.0, 4.0, 6.0, 8.0, 10.0]
    """

    def __init__(
        self, *, n_nearest_features: int = 20, max_iter: int = 5, max_rows: int = 20000, random_state: int = 0
    ) -> None:
        self.n_nearest_features = n_nearest_features
        self.max_iter = max_iter
        self.max_rows = max_rows
        self.random_state = random_state

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a parameter outside its range."""
        check_integer(self.n_nearest_features, "n_nearest_features", 1)
        check_integer(self.max_iter, "max_iter", 1)
        check_integer(self.max_rows, "max_rows", 1)
        check_integer(self.random_state, "random_state", 0)

    def _learn(self, values: np.ndarray) -> None:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401
        from sklearn.impute import IterativeImputer as SklearnImputer

        model = SklearnImputer(
            n_nearest_features=self.n_nearest_features if values.shape[1] - 1 > self.n_nearest_features else None,
            max_iter=self.max_iter,
            random_state=self.random_state,
            keep_empty_features=True,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._model = model.fit(_spread_rows(values, self.max_rows))

    def _estimate(self, values: np.ndarray) -> np.ndarray:
        return self._by_others(np.asarray(self._model.transform(values)), values)


def _spread_rows(values: np.ndarray, most: int) -> np.ndarray:
    """Return at most ``most`` rows of a table, spread evenly from the first to the last."""
    if len(values) <= most:
        return values
    return values[np.linspace(0, len(values) - 1, most).round().astype(int)]
