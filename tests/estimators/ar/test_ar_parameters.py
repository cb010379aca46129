import numpy as np
import pandas as pd
import pytest
from layouts import wide_frame

from forecastkit import ARForecaster
from forecastkit.errors import InvalidParameterError
from forecastkit.estimators.ar.parameters import lags_of


@pytest.fixture
def y():
    return wide_frame()["north"]


@pytest.mark.parametrize("order", [3, np.int64(3), np.array(3), [3, 1, 2], (1, 2, 3), range(1, 4), {1, 2, 3}], ids=repr)
def test_an_order_may_be_any_whole_number_or_collection_of_lags(y, order):
    model = ARForecaster(order=order).fit(y)
    assert list(model.coef_.columns) == [1, 2, 3]
    assert lags_of(np.array([1, 2, 3])) == lags_of(pd.Index([1, 2, 3])) == (1, 2, 3)


def test_an_array_of_lags_can_be_cloned_and_saved(y, tmp_path):
    from sklearn.base import clone

    from forecastkit import load

    model = clone(ARForecaster(order=np.array([1, 4]))).fit(y)
    model.save(tmp_path / "ar.safetensors")
    assert load(tmp_path / "ar.safetensors").order == [1, 4]


@pytest.mark.parametrize(
    "order",
    [-1, 1.5, True, None, [], [0], [1, 1], [1, 2.0], [True], [[1, 2]], np.array([1.0]), np.array([[1, 2]]), iter([1])],
    ids=lambda order: "iterator" if hasattr(order, "__next__") else repr(order),
)
def test_an_order_without_a_meaning_is_refused(y, order):
    with pytest.raises(InvalidParameterError, match="'order' must"):
        ARForecaster(order=order).fit(y)


@pytest.mark.parametrize(("name", "meant"), [("acc", "aicc"), ("AIC", ""), ("aix", "aic"), ("bicc", "bic")])
def test_an_unknown_criterion_is_refused_with_the_nearest_one(y, name, meant):
    with pytest.raises(InvalidParameterError, match=f"allowed: 'auto', 'aic', 'aicc', 'bic', 'hqic'.*{meant}"):
        ARForecaster(order=name).fit(y)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"trend": "t"}, "'trend' must be one of"),
        ({"trend": None}, "'trend' must be one of"),
        ({"on_error": "warn"}, "'on_error' must be one of"),
        ({"differences": -1}, "'differences' must be a whole number of 0 or more"),
        ({"differences": 1.0}, "'differences' must be"),
        ({"seasonal_differences": True}, "'seasonal_differences' must be"),
        ({"seasonal_period": 0}, "'seasonal_period' must be a whole number of 1 or more"),
        ({"max_order": -1}, "'max_order' must be"),
        ({"ridge": -0.1}, "'ridge' must be a number of 0 or more"),
        ({"ridge": np.nan}, "'ridge' must be a number"),
        ({"horizon": 0}, "'horizon' must be a whole number of 1 or more"),
        ({"averaging": 1}, "'averaging' must be True or False"),
        ({"transform": "boxcoxx"}, "'transform' must be one of.*did you mean 'boxcox'"),
        ({"strategy": "rekursive"}, "'strategy' must be one of.*did you mean 'recursive'"),
        ({"pooling": "gobal"}, "'pooling' must be one of.*did you mean 'global'"),
        ({"likelihood": "exakt"}, "'likelihood' must be one of.*did you mean 'exact'"),
        ({"window_scaling": "mode"}, "'window_scaling' must be one of"),
    ],
)
def test_a_parameter_outside_its_range_is_refused(y, parameters, message):
    with pytest.raises(InvalidParameterError, match=message):
        ARForecaster(**({"order": "aic"} | parameters)).fit(y)


DIRECT = {"strategy": "direct", "horizon": 3}


@pytest.mark.parametrize(
    ("first", "second", "others"),
    [
        ("max_order=3", "order=2", {"max_order": 3, "order": 2}),
        ("averaging=True", "order=2", {"averaging": True, "order": 2}),
        ("averaging=True", "order='auto'", {"averaging": True, "order": "auto"}),
        ("differences=1", "order='auto'", {"differences": 1, "order": "auto"}),
        ("seasonal_differences=1", "order='auto'", {"seasonal_differences": 1, "order": "auto"}),
        ("transform='log'", "order='auto'", {"transform": "log", "order": "auto"}),
        ("ridge=0.1", "order='auto'", {"ridge": 0.1, "order": "auto"}),
        ("pooling='global'", "order='auto'", {"pooling": "global", "order": "auto"}),
        ("likelihood='exact'", "order='auto'", {"likelihood": "exact", "order": "auto"}),
        ("strategy='direct'", "order='auto'", DIRECT | {"order": "auto"}),
        ("transform='boxcox'", "pooling='global'", {"order": 2, "transform": "boxcox", "pooling": "global"}),
        ("max_order=3", "order='auto'", {"max_order": 3}),
        ("horizon=3", "strategy='recursive'", {"horizon": 3, "order": 2}),
        ("order=\\[1, 3\\]", "strategy='direct'", DIRECT | {"order": [1, 3]}),
        ("order='aic'", "strategy='direct'", DIRECT | {"order": "aic"}),
        ("order='aic'", "pooling='global'", {"order": "aic", "pooling": "global"}),
        ("trend='ct'", "strategy='direct'", DIRECT | {"order": 2, "trend": "ct"}),
        ("trend='ct'", "pooling='global'", {"order": 2, "pooling": "global", "trend": "ct"}),
        ("likelihood='exact'", "pooling='global'", {"order": 2, "pooling": "global", "likelihood": "exact"}),
        ("likelihood='exact'", "strategy='direct'", DIRECT | {"order": 2, "likelihood": "exact"}),
        ("differences=1", "strategy='direct'", DIRECT | {"order": 2, "differences": 1}),
        ("seasonal_differences=1", "strategy='direct'", DIRECT | {"order": 2, "seasonal_differences": 1}),
        ("ridge=0.5", "likelihood='exact'", {"order": 2, "ridge": 0.5, "likelihood": "exact"}),
        ("averaging=True", "likelihood='exact'", {"order": "aic", "averaging": True, "likelihood": "exact"}),
        ("window_scaling='mean'", "likelihood='exact'", {"order": 2, "window_scaling": "mean", "likelihood": "exact"}),
    ],
)
def test_two_parameters_that_do_not_go_together_are_both_named(y, first, second, others):
    with pytest.raises(InvalidParameterError, match=rf"{first} does not go with {second}.*leave (one of them )?out"):
        ARForecaster(**others).fit(y)


def test_a_direct_map_needs_its_number_of_steps(y):
    with pytest.raises(InvalidParameterError, match="strategy='direct' needs 'horizon'"):
        ARForecaster(order=2, strategy="direct").fit(y)


def test_without_lags_there_is_no_window(y):
    with pytest.raises(InvalidParameterError, match="window_scaling='mean' does not go with order=0"):
        ARForecaster(order=0, window_scaling="mean").fit(y)
    with pytest.raises(InvalidParameterError, match="order=0 does not go with pooling='global'"):
        ARForecaster(order=0, pooling="global").fit(y)
    with pytest.raises(InvalidParameterError, match="order=0 does not go with strategy='direct'"):
        ARForecaster(order=0, **DIRECT).fit(y)


def test_averaging_takes_a_ridge_or_window_means_but_not_both(y):
    parameters = {"order": "aic", "averaging": True, "max_order": 4}
    with pytest.raises(InvalidParameterError, match="window_scaling='mean' does not go with averaging=True and ridge"):
        ARForecaster(**parameters, ridge=0.1, window_scaling="mean").fit(y)
    for other in ({"ridge": 0.1}, {"window_scaling": "mean"}):
        assert np.isfinite(ARForecaster(**parameters, **other).fit(y).predict(3)).all()
