"""Forecast laws of three series and four steps, one of each kind."""

import numpy as np

from forecastkit.autoregression.dense_forecast import DenseForecast
from forecastkit.autoregression.forecast import GaussianForecast, psi_weights
from forecastkit.autoregression.mixture_forecast import MixtureForecast
from forecastkit.autoregression.transformed_forecast import TransformedForecast

BATCH, HORIZON = 3, 4
COEF = np.array([[0.5, 0.2, -0.3], [1.2, -0.4, 0.0], [1.0, 0.0, 0.0]])


def gaussian(centre=5.0, sigma2=(0.4, 0.1, 0.2), loaded=True):
    """AR forecasts, two shared sources of uncertainty on top."""
    mean = centre + np.arange(BATCH * HORIZON).reshape(BATCH, HORIZON) / 10
    loading = np.random.default_rng(3).normal(0, 0.3, (BATCH, HORIZON, 2)) if loaded else None
    return GaussianForecast(mean, psi_weights(COEF, HORIZON), np.array(sigma2), loading)


def dense(n_roots=1):
    root = np.tril(np.random.default_rng(4).normal(0, 0.4, (n_roots, HORIZON, HORIZON))) + 0.5 * np.eye(HORIZON)
    return DenseForecast(np.full((BATCH, HORIZON), 6.0), root, np.array([1.0, 0.5, 2.0]))


def transformed(power=(0.0, 0.5, 1.0)):
    return TransformedForecast(gaussian(centre=2.0), np.array(power))


def mixture():
    """Three members; series 1 lacks the first, whose numbers are not even finite there."""
    first, weights = gaussian(4.0), np.array([[0.2, 0.5, 0.3], [0.0, 0.4, 0.6], [0.7, 0.2, 0.1]])
    first.mean[1] = np.nan
    return MixtureForecast([first, transformed((0.0, 0.0, 0.0)), transformed()], weights)


LAWS = {
    "gaussian": gaussian,
    "gaussian without loading": lambda: gaussian(loaded=False),
    "dense": dense,
    "dense, a root each": lambda: dense(BATCH),
    "scenario": lambda: gaussian().condition(known_values((0, 3, 5.5), (2, 3, 7.0))),
    "transformed": transformed,
    "negative power": lambda: transformed((-0.2, -0.1, 1.0)),
    "mixture": mixture,
}


def known_values(*entries):
    """Known values from (series, step, value)."""
    known = np.full((BATCH, HORIZON), np.nan)
    for series, step, value in entries:
        known[series, step] = value
    return known


def generators(*seeds):
    return [np.random.default_rng(seed) for seed in seeds]
