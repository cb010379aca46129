import numpy as np
import pandas as pd
import pytest

from forecastkit import ARForecaster, NaiveForecaster
from forecastkit.errors import DataWarning, NotSupportedError
from forecastkit.estimators.recursion import LinearRecursion, recursion_of


def noise(n=80, seed=0):
    return pd.Series(np.random.default_rng(seed).standard_normal(n))


def linear(model, *data):
    recursion = recursion_of(model, None, *data or (None,))[1]
    assert isinstance(recursion, LinearRecursion)
    return recursion


def test_every_series_has_its_heaviest_member_once():
    y = pd.DataFrame({"a": noise().cumsum(), "b": noise(seed=1), "c": 100 + noise(seed=2)})
    model = ARForecaster().fit(y)
    recursion = linear(model)
    numbers = np.concatenate(recursion.series)
    assert sorted(numbers) == [0, 1, 2]
    assert recursion.share == pytest.approx(model.weights_.max(axis=1).to_numpy())
    for part, series in zip(recursion.parts, recursion.series, strict=True):
        assert part.panel.ids.tolist() == y.columns[series].tolist()


def test_a_series_without_a_model_is_a_walk_without_differences():
    y = pd.DataFrame({"long": noise(), "short": noise()})
    y.iloc[:-3, 1] = np.nan
    with pytest.warns(DataWarning):
        model = ARForecaster(order=2, differences=1, on_error="naive").fit(y)
    walks = {part.panel.ids[0]: part.process.differencing for part in linear(model).parts}
    assert walks == {"long": (1, 0, 1), "short": (0, 0, 1)}


def test_a_naive_forecaster_is_its_walk():
    (part,) = linear(NaiveForecaster(seasonal_period=4).fit(noise())).parts
    np.testing.assert_array_equal(part.process.polynomial, [[0, 0, 0, 1]])


def test_what_has_no_recursion_is_refused():
    with pytest.raises(NotSupportedError, match="strategy='recursive'"):
        recursion_of(ARForecaster(order=1, strategy="direct", horizon=2).fit(noise()), None, None)
    with pytest.raises(NotSupportedError, match="what dict feeds back"):
        recursion_of({}, None, None)
