import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.plots import forecast_figure
from forecastkit.plots.forecast import model_names


def frames(index, cutoffs=(20, 24), horizon=4, ids=("a", "b")):
    history = pd.concat(
        [pd.DataFrame({"unique_id": name, "ds": index, "y": np.arange(len(index), dtype=float)}) for name in ids],
        ignore_index=True,
    )
    parts = []
    for name in ids:
        for cutoff in cutoffs:
            ahead = slice(cutoff, cutoff + horizon)
            window = pd.DataFrame({"unique_id": name, "ds": index[ahead], "cutoff": index[cutoff - 1]})
            window["y"] = np.arange(len(index), dtype=float)[ahead]
            for model in ("ar", "naive"):
                window[model] = window["y"] + 0.5
            window["ar-lo-80"], window["ar-hi-80"] = window["ar"] - 1, window["ar"] + 1
            window["ar-lo-95"], window["ar-hi-95"] = window["ar"] - 2, window["ar"] + 2
            parts.append(window)
    return pd.concat(parts, ignore_index=True), history


INDEXES = {
    "dates": pd.date_range("2024-01-01", periods=30),
    "time zone": pd.date_range("2024-10-26", periods=30, freq="h", tz="Europe/Berlin"),
    "periods": pd.period_range("2020-01", periods=30, freq="M"),
    "integers": pd.RangeIndex(30),
}


@pytest.mark.parametrize("kind", INDEXES)
def test_the_last_cutoff_of_the_first_series_is_drawn_for_any_index(kind):
    figure = forecast_figure(*frames(INDEXES[kind]), n_history=5)
    observed, *rest = figure.data
    assert list(observed.y) == [float(i) for i in range(19, 28)]
    assert list(rest[-1].y) == [24.5, 25.5, 26.5, 27.5]
    assert len(figure.layout.shapes) == 1


def test_bands_are_drawn_wide_first_and_only_where_a_model_has_them():
    figure = forecast_figure(*frames(INDEXES["dates"]))
    bands = [(trace.meta["model"], trace.meta["band"]) for trace in figure.data if trace.fill == "tonexty"]
    assert bands == [("ar", 95), ("ar", 80)]
    widest = next(trace for trace in figure.data if trace.fill == "tonexty")
    assert np.allclose(np.subtract(widest.y, widest.customdata), 4)


def test_levels_cutoff_series_and_models_can_be_chosen():
    forecasts, history = frames(INDEXES["dates"])
    cutoff = forecasts["cutoff"].min()
    figure = forecast_figure(forecasts, history, unique_id="b", cutoff=cutoff, models=["ar"], level=[80])
    assert [trace.fill for trace in figure.data].count("tonexty") == 1
    assert figure.data[-1].name == "ar"
    assert figure.data[-1].x[0] == "2024-01-21"


def test_a_model_has_the_color_it_has_when_all_are_drawn():
    forecasts, history = frames(INDEXES["dates"])
    alone = forecast_figure(forecasts, history, models=["naive"]).data[-1].line.color
    among_all = forecast_figure(forecasts, history).data[-1].line.color
    assert alone == among_all


def test_missing_actual_values_leave_the_forecast():
    forecasts, history = frames(INDEXES["integers"])
    history.loc[history["ds"] >= 22, "y"] = np.nan
    figure = forecast_figure(forecasts, history)
    assert list(figure.data[0].y)[-4:] == [None] * 4
    assert None not in figure.data[-1].y


def test_a_model_named_like_an_interval_is_still_a_model():
    columns = ["unique_id", "ds", "cutoff", "y", "m", "m-lo-80", "m-hi-80", "fast-lo-1", "x-lo-y", "x"]
    assert model_names(pd.DataFrame(columns=columns)) == ["m", "fast-lo-1", "x-lo-y", "x"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"models": ["arr"]}, "no model 'arr'.*did you mean 'ar'"),
        ({"unique_id": "zz"}, "no series 'zz'"),
        ({"cutoff": pd.Timestamp("2020-01-01")}, "no forecast from cutoff 2020-01-01.*2024-01-20"),
    ],
)
def test_what_is_not_there_is_refused_by_name(options, message):
    with pytest.raises(InvalidParameterError, match=message):
        forecast_figure(*frames(INDEXES["dates"]), **options)


def test_a_misspelt_series_is_looked_for_among_all():
    forecasts, history = frames(INDEXES["dates"])
    forecasts = pd.concat([forecasts.assign(unique_id=f"shop_{i}x") for i in range(60)])
    with pytest.raises(InvalidParameterError, match=r"'shop_9x', \.\.\.; did you mean 'shop_57x'"):
        forecast_figure(forecasts, history, unique_id="shop_57")


def test_the_interval_of_a_single_step_is_seen():
    past = pd.DataFrame({"unique_id": "a", "ds": [1, 2, 3, 4], "y": [1.0, 2.0, 1.5, 2.5]})
    ahead = pd.DataFrame({"unique_id": "a", "ds": [4], "cutoff": [3], "y": [2.5], "ar": [2.2]})
    figure = forecast_figure(ahead.assign(**{"ar-lo-80": 1.0, "ar-hi-80": 3.0}), past)
    ends = [trace for trace in figure.data if trace.meta and trace.meta.get("band") == 80]
    assert [trace.mode for trace in ends] == ["markers", "markers"]
    assert [trace.y[0] for trace in ends] == [1.0, 3.0]
