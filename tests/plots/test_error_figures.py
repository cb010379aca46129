import pandas as pd
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.plots import cutoff_figure, lead_time_figure
from forecastkit.plots.palette import REFERENCE

BY_HORIZON = pd.DataFrame({"model": ["ar", "ar", "naive", "naive"], "step": [2, 1, 1, 2], "mae": [2.0, 1.0, 3.0, None]})
BY_CUTOFF = BY_HORIZON.rename(columns={"step": "cutoff"})


def test_lines_run_in_order_of_steps_with_gaps_where_nothing_was_scored():
    ar, naive = lead_time_figure(BY_HORIZON, reference="naive").data
    assert (ar.x, ar.y) == ((1, 2), (1.0, 2.0))
    assert naive.y == (3.0, None)
    assert naive.line.color == REFERENCE


def test_a_single_step_is_seen():
    assert "markers" in lead_time_figure(BY_HORIZON[BY_HORIZON["step"] == 1]).data[0].mode


@pytest.mark.parametrize(
    "cutoffs",
    [
        [2, 1, 1, 2],
        pd.to_datetime(["2024-02-01", "2024-01-01"] * 2),
        pd.PeriodIndex(["2024-02", "2024-01"] * 2, freq="M"),
    ],
)
def test_cutoffs_of_any_index_are_drawn_in_order(cutoffs):
    line = cutoff_figure(BY_CUTOFF.assign(cutoff=cutoffs)).data[0]
    assert list(line.x) == sorted(line.x)
    assert line.y == (1.0, 2.0)


@pytest.mark.parametrize(("figure", "frame"), [(lead_time_figure, BY_HORIZON), (cutoff_figure, BY_CUTOFF)])
def test_an_unknown_metric_is_refused_with_the_nearest(figure, frame):
    with pytest.raises(InvalidParameterError, match=r"no metric 'mea'.*did you mean 'mae'"):
        figure(frame, "mea")
