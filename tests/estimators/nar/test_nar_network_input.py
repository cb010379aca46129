import numpy as np
import pandas as pd
import pytest
from fitted_networks import fitted, gappy, nar, oscillation, panel_of_three
from layouts import long_frame

from forecastkit.errors import DataWarning, InvalidFrameError


def short_panel(n=3):
    """One whole series, and one of n values at its end."""
    y = panel_of_three()[["a", "b"]]
    y.iloc[:-n, 1] = np.nan
    return y


def test_a_series_shorter_than_the_order_is_forecast_with_a_warning():
    model = fitted("wide")
    with pytest.warns(DataWarning, match=r"1 of 2 series \('b' first\) are shorter than the 4 values that the network"):
        forecast = model.predict(3, y=short_panel())
    repeated = short_panel()
    repeated.iloc[-4, 1] = repeated.iloc[-3, 1]  # the first value is taken to have been there before
    np.testing.assert_allclose(forecast, model.predict(3, y=repeated), rtol=1e-12)


def test_a_network_trained_on_a_panel_learns_nothing_from_short_series_and_says_so():
    with pytest.warns(DataWarning, match=r"1 of 2 series \('b' first\) are shorter than the 4 \+ 1 values of a window"):
        model = nar(max_steps=2).fit(short_panel(4))
    assert np.isfinite(model.predict_interval(5)).all(axis=None)


@pytest.mark.parametrize("backbone", ["mlp", "gru"])
def test_gaps_are_read_by_a_network_that_was_trained_with_some(backbone):
    y = gappy()
    model = fitted("gappy", backbone=backbone)
    for end in (41, 43, 44, 90):  # in the gap, at its end, after it
        assert np.isfinite(model.predict_interval(4, y=y.iloc[:end])).all(axis=None)
    filled = y.iloc[:44].ffill()
    assert not np.allclose(model.predict(2, y=filled), model.predict(2, y=y.iloc[:44]), rtol=1e-9)  # told apart
    assert model.fitted_values().notna().sum() == 90 - 4


def test_a_forecast_never_looks_beyond_the_gap_that_it_stands_in():
    y, model = gappy(), fitted("gappy")
    changed = y.copy()
    changed.iloc[43:] = 1e5
    for end in (41, 43):
        np.testing.assert_array_equal(model.predict(3, y=changed.iloc[:end]), model.predict(3, y=y.iloc[:end]))
    np.testing.assert_array_equal(model.score_samples(changed).iloc[:43], model.score_samples().iloc[:43])


def test_a_gap_that_a_network_was_not_trained_for_is_an_error_that_says_where():
    y = panel_of_three()
    y.iloc[57:59, 1] = np.nan
    with pytest.raises(InvalidFrameError) as raised:
        fitted("wide").predict(3, y=y)
    for words in ("series 'b' has 2 missing values (first at 2024-02-27", "among the last 4", "y.interpolate()"):
        assert words in str(raised.value)
    before = panel_of_three()
    before.iloc[20, 1] = np.nan  # not among the values that are looked at
    np.testing.assert_array_equal(fitted("wide").predict(3, y=before), fitted("wide").predict(3))


def test_the_logarithm_needs_positive_values_in_fit_and_forecast():
    y = oscillation(60)
    y.iloc[[30, 40]] = [0.0, -2.0]
    message = r"y has 2 values of 0 or less: 0 of series 'wave' at 2024-01-31.* first; use transform=None"
    with pytest.raises(InvalidFrameError, match=message):
        nar(transform="log").fit(y)
    model = fitted("series", transform="log")
    for call in (model.predict, lambda steps, y: model.score_samples(y)):
        with pytest.raises(InvalidFrameError, match=message):
            call(2, y=y)
    panel = panel_of_three()
    with pytest.raises(InvalidFrameError, match="y has 1 value of 0 or less: 0 of series 'new'"):
        fitted("wide", transform="log").predict(
            2, y=panel.assign(new=panel["a"].where(panel["a"] < panel["a"].max(), 0))
        )


def test_forecasts_under_the_logarithm_are_positive():
    model = fitted("series", transform="log", block_size=2)
    assert (model.sample(20, 200, random_state=0) > 0).all()
    assert (model.predict_interval(20, level=99) > 0).all(axis=None)


def test_long_ragged_rows_and_wide_ones_get_the_same_numbers():
    wide = panel_of_three()
    wide.iloc[:20, 1] = np.nan
    model, long = nar(max_steps=2).fit(wide), nar(max_steps=2).fit(long_frame(wide).dropna())
    ours = long.predict(4).pivot(index="ds", columns="unique_id", values="y")
    np.testing.assert_allclose(ours, model.predict(4), rtol=1e-12)


def test_integers_and_periods_are_as_good_as_dates():
    y, model = oscillation(60), nar(max_steps=2)
    expected = model.fit(y).predict(3).to_numpy()
    for index in (pd.RangeIndex(60), pd.period_range("2000", periods=60, freq="M")):
        np.testing.assert_allclose(nar(max_steps=2).fit(y.set_axis(index)).predict(3), expected, rtol=1e-12)
