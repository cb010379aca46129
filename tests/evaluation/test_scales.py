import numpy as np
import pandas as pd
from series import ragged

from forecastkit import as_panel
from forecastkit.evaluation.naive2 import naive2
from forecastkit.evaluation.origins import rolling_origins
from forecastkit.evaluation.scales import naive2_forecasts, naive_scales


def test_scales_are_the_seasonal_naive_errors_up_to_each_cutoff():
    frame = ragged({"a": 60, "b": 45})
    frame.loc[5, "y"] = np.nan
    panel = as_panel(frame)
    origins = rolling_origins(panel, horizon=3, windows=4, cutoffs="per_series")
    absolute, root = naive_scales(panel, origins, 7)
    for o in range(4):
        for i in range(2):
            y = panel.series(i)[: origins.ends[o, i]]
            differences = y[7:] - y[:-7]
            np.testing.assert_allclose(absolute[o, i], np.nanmean(np.abs(differences)))
            np.testing.assert_allclose(root[o, i], np.sqrt(np.nanmean(differences**2)))


def test_a_series_shorter_than_a_season_has_no_scale():
    panel = as_panel(pd.Series(np.arange(12.0)))
    absolute, _ = naive_scales(panel, rolling_origins(panel, horizon=2, windows=1), 24)
    assert np.isnan(absolute).all()


def test_reference_forecasts_begin_after_the_gap():
    panel = as_panel(pd.Series(np.tile([1.0, 2.0, 3.0, 6.0], 10)))
    origins = rolling_origins(panel, horizon=2, windows=3, gap=1)
    expected = [naive2(panel.values[:end], 3, 4)[1:] for end in origins.ends[:, 0]]
    np.testing.assert_array_equal(naive2_forecasts(panel, origins, 4)[:, 0], expected)


def test_a_large_series_takes_no_digits_from_a_small_one():
    rng = np.random.default_rng(0)
    index = pd.date_range("2024-01-01", periods=60)
    small = pd.DataFrame({"small": rng.normal(size=60) * 1e-2}, index=index)
    both = small.assign(big=rng.normal(size=60) * 1e9)[["big", "small"]]
    scales = []
    for frame in (small, both):
        panel = as_panel(frame)
        scales.append([table[:, -1] for table in naive_scales(panel, rolling_origins(panel, horizon=5, windows=3), 7)])
    np.testing.assert_array_equal(*scales)
