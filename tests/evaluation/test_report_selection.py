import numpy as np
import pandas as pd
import pytest
from report_example import example_data, example_result

from forecastkit import DriftForecaster
from forecastkit.evaluation.report.metric import metric_of
from forecastkit.evaluation.report.selection import MOST_CUTOFFS, select, spread


def test_the_selected_series_are_the_best_the_middle_and_the_worst():
    result = example_result({"drift": DriftForecaster()}, example_data(41), windows=2)
    by_series = result.by_series()
    errors = by_series[by_series["model"] == "drift"].set_index("unique_id")["mase"].sort_values()
    groups = select(result, by_series, metric_of("mase"), "drift").groups
    assert [group.ids for group in groups] == [
        list(errors.index[part]) for part in (slice(0, 4), slice(18, 22), slice(-4, None))
    ]
    assert groups[0].notes[0] == f"MASE {errors.iloc[0]:.3g}"


def test_few_series_are_all_shown_in_their_order():
    result = example_result(data=example_data(5), windows=3)
    selection = select(result, result.by_series(), metric_of("mase"), "ar")
    assert selection.groups[0].ids == list(result.history["unique_id"].unique())
    assert selection.rule == ""


@pytest.mark.parametrize("count", range(1, 30))
def test_cutoffs_are_spread_without_repeats_from_the_first_to_the_last(count):
    shown = spread(pd.RangeIndex(count), MOST_CUTOFFS)
    assert len(set(shown)) == min(count, MOST_CUTOFFS)
    assert {shown[0], shown[-1]} == {0, count - 1}
    assert np.ptp(np.diff(shown)) <= 1 if len(shown) > 1 else True
