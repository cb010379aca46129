"""Small scorings of imputers, and an imputer with intervals to score."""

import numpy as np
import pandas as pd
from scipy.special import ndtri
from sklearn.base import BaseEstimator

from forecastkit.evaluation.imputation import score_imputation


class Marginal(BaseEstimator):
    """Says N(mean, variance) of every missing value, with the interface of this package's imputers."""

    def __init__(self, width=1.0):
        self.width = width

    def fit(self, X, y=None):
        self.mean_, self.deviation_ = X.mean().fillna(0.0), X.std().fillna(1.0)
        return self

    def transform(self, X):
        return X.fillna(self.mean_)

    def impute(self, X, level=None):
        columns = {}
        for name in X:
            columns[name, "imputed"] = X[name].fillna(self.mean_[name])
            for each in level:
                z = self.width * self.deviation_[name] * ndtri((100 + each) / 200)
                columns[name, f"imputed-lo-{each}"] = X[name].fillna(self.mean_[name] - z)
                columns[name, f"imputed-hi-{each}"] = X[name].fillna(self.mean_[name] + z)
        return pd.DataFrame(columns)


def example_sensors(n_times=200, n_sensors=4, index=None, ids=None):
    """Make sensors that follow a common one, as a wide frame with a few values truly missing."""
    generator = np.random.default_rng(0)
    common = np.cumsum(generator.normal(0, 1, n_times))
    values = 20 + common[:, None] + generator.normal(0, 0.5, (n_times, n_sensors))
    values[generator.random(values.shape) < 0.05] = np.nan
    index = pd.date_range("2024-01-01", periods=n_times, freq="h", name="time") if index is None else index
    return pd.DataFrame(values, index=index, columns=[f"s{i}" for i in range(n_sensors)] if ids is None else ids)


def example_scoring(imputers=None, X=None, **settings):
    """Score in a fraction of a second."""
    imputers = {"marginal": Marginal()} if imputers is None else imputers
    return score_imputation(imputers, example_sensors() if X is None else X, **{"seeds": (1,), **settings})
