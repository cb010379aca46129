"""Series of known dynamics and forecasters of them, fitted once."""

import functools

import numpy as np
import pandas as pd
import torch

from forecastkit import ARForecaster, ConditionalNARForecaster, NARForecaster


def autoregression(n=300, coefficients=(0.8,), seed=0, level=0.0):
    """A series of an autoregression with standard normal noise."""
    noise = np.random.default_rng(seed).standard_normal(n + 100)
    values = np.zeros(n + 100)
    for t in range(len(coefficients), n + 100):
        values[t] = noise[t] + sum(c * values[t - 1 - k] for k, c in enumerate(coefficients))
    return pd.Series(level + values[100:], index=pd.period_range("2000-01-01", periods=n, freq="D"), name="y")


def three(n=120):
    """Three autoregressions of different memory and unit."""
    parts = {f"s{i}": autoregression(n, (c,), i) * 10.0**i for i, c in enumerate((0.2, 0.6, 0.9))}
    return pd.DataFrame(parts)


def logistic(n=600, first=0.3):
    """The logistic map at r = 4."""
    values = [first]
    for _ in range(n - 1):
        values.append(4 * values[-1] * (1 - values[-1]))
    return pd.Series(values)


def tent(slope):
    """A network that is the map x ↦ slope · min(x, 1 - x) on the unit interval, and its series."""
    values = [0.3]
    for _ in range(200):
        values.append(slope * min(values[-1], 1 - values[-1]))
    small = {"order": 1, "hidden_size": 2, "n_layers": 1, "activation": "relu", "linear_skip": False, "scaler": None}
    model = network(**small, max_steps=1).fit(pd.Series(values))
    first, last = model.network_.backbone.layers[0], model.network_.head.output
    with torch.no_grad():
        first.weight.fill_(1.0)
        first.bias.copy_(torch.tensor([0.0, -0.5]))
        last.weight.copy_(torch.tensor([[slope, -2 * slope]]))
        last.bias.zero_()
        model.network_.head.log_scale.fill_(-10.0)
    return model


def network(**changes):
    """A network that trains in a fraction of a second."""
    small = {"order": 4, "hidden_size": 8, "max_steps": 10, "linear_skip": True, "validation_size": 0}
    return NARForecaster(**small | {"random_state": 0} | changes)


@functools.cache
def fitted(**changes):
    return network(**changes).fit(autoregression(200, (1.2, -0.5)))


@functools.cache
def fitted_ar(coefficients=(0.8,), **options):
    return ARForecaster(**{"order": len(coefficients)} | options).fit(autoregression(400, coefficients))


@functools.cache
def driven():
    """A network with a covariate, its series and the covariate."""
    X = pd.DataFrame({"open": np.arange(140) % 7 < 5}, index=pd.period_range("2000-01-01", periods=140, freq="D"))
    y = (autoregression(120) + 4 * X["open"].iloc[:120]).rename("y")
    small = {"order": 4, "hidden_size": 8, "max_steps": 10, "linear_skip": True, "random_state": 0}
    return ConditionalNARForecaster(**small, calendar=("weekday",)).fit(y, X), y, X
