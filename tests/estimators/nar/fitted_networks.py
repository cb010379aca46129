"""Small networks on small data, each fitted once: tests must not change what `fitted` returns."""

import functools

import numpy as np
import pandas as pd
from layouts import wide_frame

from forecastkit import ConditionalNARForecaster, NARForecaster

BACKBONES = ("mlp", "causal_cnn", "gru", "lstm", "attention")
HEADS = ("gaussian", "heteroscedastic", "student_t", "mixture")


def oscillation(n=120, seed=0, name="wave"):
    """Second-order autoregression around 20, period about 12."""
    noise = np.random.default_rng(seed).standard_normal(n + 50)
    values = np.zeros(n + 50)
    for t in range(2, n + 50):
        values[t] = 1.6 * values[t - 1] - 0.85 * values[t - 2] + 0.5 * noise[t]
    return pd.Series(20 + values[50:], index=pd.date_range("2024-01-01", periods=n, name="day"), name=name)


def panel_of_three(n=60):
    """Three oscillations of different units."""
    return pd.DataFrame({name: oscillation(n, i) * 10**i for i, name in enumerate(("a", "b", "c"))})


def gappy():
    """The first oscillation with missing values."""
    y = oscillation(90)
    y.iloc[[10, 11, 40, 41, 42, 70, 83]] = np.nan
    return y


DATA = {"series": oscillation, "wide": panel_of_three, "gappy": gappy, "contract": wide_frame}


def nar(**changes):
    """A network that trains in a fraction of a second."""
    small = {"order": 4, "hidden_size": 8, "max_steps": 10, "linear_skip": True, "random_state": 0}
    return NARForecaster(**small | changes)


@functools.cache
def fitted(data="series", **changes):
    return nar(**changes).fit(DATA[data]())


def weights(model):
    """Weights of a fitted network by name, as arrays."""
    return {name: tensor.numpy() for name, tensor in model.network_.state_dict().items()}


def assert_equal_weights(ours, theirs, but=()):
    mine, others = weights(ours), weights(theirs)
    assert list(mine) == list(others)
    for name in mine:
        if name not in but:
            np.testing.assert_array_equal(mine[name], others[name], err_msg=name)


def covariates(n=120):
    """Two numbers, one column of text and one of codes, each day."""
    rng, most = np.random.default_rng(5), 300
    table = {
        "heat": 15 + 5 * rng.standard_normal(most),
        "open": np.arange(most) % 7 < 5,
        "sky": rng.choice(["dry", "fog", "wet"], most),
        "zone": rng.choice([3, 5, 10], most),
    }
    return pd.DataFrame(table, index=pd.date_range("2024-01-01", periods=most, name="day")).iloc[:n]


def driven(n=120):
    """A series that follows the covariates of its day."""
    X, level = covariates(n), {"dry": 0.0, "fog": 6.0, "wet": 12.0}
    noise = np.random.default_rng(6).standard_normal(n)
    return (X["heat"] + 8 * X["open"] + X["sky"].map(level) + X["zone"] + 0.3 * noise).rename("load")


def conditional(**changes):
    """A network with covariates that trains in a fraction of a second."""
    small = {"order": 4, "hidden_size": 8, "max_steps": 10, "linear_skip": False, "random_state": 0}
    return ConditionalNARForecaster(**small | changes)


@functools.cache
def fitted_conditional(**changes):
    return conditional(**changes).fit(driven(100), covariates(120))
