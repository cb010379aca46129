import numpy as np
import pandas as pd
import pytest
from layouts import long_frame, wide_frame

from forecastkit import ARForecaster, NaiveForecaster
from forecastkit.errors import DataWarning, InvalidFrameError


def with_values(wide, name, places, values):
    wide = wide.copy()
    wide.loc[wide.index[places], name] = values
    return wide


@pytest.mark.parametrize("transform", ["log", "boxcox"])
@pytest.mark.parametrize("value", [0.0, -1.5])
def test_a_value_that_has_no_logarithm_is_named_with_its_series_and_time(transform, value):
    bad = with_values(wide_frame(), "south", [17], value)
    message = rf"1 of 3 series .*'south' has values that are not positive \({value:g} at 2024-01-18\).*'{transform}'"
    with pytest.raises(InvalidFrameError, match=message):
        ARForecaster(order=2, transform=transform).fit(bad)
    with pytest.warns(DataWarning, match=message) as caught:
        model = ARForecaster(order=2, transform=transform, on_error="naive").fit(bad)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    naive = NaiveForecaster().fit(bad)
    pd.testing.assert_frame_equal(model.predict_interval(3)["south"], naive.predict_interval(3)["south"])
    assert model.power_["south"] == 1.0
    assert model.weights_.loc["south"].sum() == 1.0


@pytest.mark.parametrize("transform", ["log", "boxcox"])
def test_another_history_that_has_no_logarithm_is_refused(transform):
    wide = wide_frame()
    model = ARForecaster(order=2, transform=transform).fit(wide)
    bad = with_values(wide, "east", [30, 31], [0.0, -2.0])
    gappy = with_values(bad, "east", [40], np.nan)
    for call in (lambda: model.predict(2, y=bad), lambda: model.score_samples(bad), lambda: model.impute(gappy)):
        with pytest.raises(InvalidFrameError, match=r"2 values of y .* first is 0 of series 'east' at 2024-01-31"):
            call()


@pytest.mark.parametrize(
    "parameters",
    [
        {"order": 2, "likelihood": "exact"},
        {"order": "aic", "averaging": True},
        {"order": 2, "window_scaling": "mean"},
        {"order": 2, "pooling": "global"},
        {"order": 2, "strategy": "direct", "horizon": 3},
    ],
    ids=str,
)
def test_a_model_without_a_way_to_deal_with_gaps_names_them_or_leaves_them_to_the_naive_forecast(parameters):
    bad = with_values(wide_frame(), "south", [20, 21, 30], np.nan)
    with pytest.raises(InvalidFrameError, match=r"'south' has 3 missing values \(first at 2024-01-21\).*impute"):
        ARForecaster(**parameters).fit(bad)
    with pytest.warns(DataWarning, match="1 of 3 series cannot be fitted"):
        model = ARForecaster(**parameters, on_error="naive").fit(bad)
    naive = NaiveForecaster().fit(bad)
    pd.testing.assert_frame_equal(model.predict_interval(3)["south"], naive.predict_interval(3)["south"], rtol=1e-8)
    assert model.bse_.loc["south"].isna().all()


def test_what_is_observed_counts_and_not_what_is_missing():
    y = wide_frame()["north"].iloc[:10].copy()
    y.iloc[[2, 5, 7]] = np.nan
    with pytest.raises(InvalidFrameError, match="'north' has 7 values, the model needs 8"):
        ARForecaster(order=3).fit(y)
    assert np.isfinite(ARForecaster(order=2).fit(y).predict(2)).all()


def test_a_covariate_needs_one_more_value():
    y = wide_frame()["north"].iloc[:8]
    X = pd.DataFrame({"x": np.sin(np.arange(20.0))}, index=pd.date_range("2024-01-01", periods=20))
    assert np.isfinite(ARForecaster(order=3).fit(y).predict(1)).all()
    with pytest.raises(InvalidFrameError, match="'north' has 8 values, the model needs 9"):
        ARForecaster(order=3).fit(y, X=X)


def test_infinite_and_textual_values_never_reach_the_model():
    for value in (np.inf, -np.inf):
        with pytest.raises(InvalidFrameError, match="'south' at 2024-01-04"):
            ARForecaster(order=2).fit(with_values(wide_frame(), "south", [3], value))
    with pytest.raises(InvalidFrameError):
        ARForecaster(order=2).fit(wide_frame().astype(str))


def test_short_series_beside_long_ones_are_counted():
    wide = wide_frame()
    rows = pd.concat([long_frame(wide[["north"]]), long_frame(wide[["south", "east"]].iloc[-4:])])
    with pytest.raises(InvalidFrameError, match=r"2 of 3 series .*: series 'south' has 4 values.*needs 6"):
        ARForecaster(order=2).fit(rows)
