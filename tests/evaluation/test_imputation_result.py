import numpy as np
import pandas as pd
import pytest
from imputation_example import Marginal, example_scoring, example_sensors

from forecastkit.errors import InvalidParameterError


@pytest.fixture(scope="module")
def result():
    return example_scoring(pattern="block", fault_probability=0.01, shortest=2, longest=15, seeds=(1, 2))


def test_rows_are_the_hidden_values_with_what_was_said_of_them(result):
    rows = result.imputed
    assert rows.columns[:6].tolist() == ["unique_id", "ds", "seed", "y", "marginal", "marginal-lo-80"]
    assert rows["y"].notna().all()
    X = example_sensors()
    truth = X.T.stack(future_stack=True)
    np.testing.assert_array_equal(rows["y"], truth.loc[pd.MultiIndex.from_frame(rows[["unique_id", "ds"]])])
    assert (rows["ds"] >= X.index[160]).all()
    assert len(result.estimates) > len(rows)
    assert "2 seeds" in repr(result)


def test_parts_add_up_to_the_whole(result):
    scores = result.scores()
    assert scores.index.tolist() == list(result.models)
    for table in (result.by_sensor(), result.by_gap(), result.by_gap("distance")):
        weighed = table["mae"] * table["n"]
        whole = weighed.groupby(table["imputer"]).sum() / table["n"].groupby(table["imputer"]).sum()
        error = (result.imputed["linear"] - result.imputed["y"]).abs().mean()
        assert whole["linear"] == pytest.approx(error)
        assert (table["n"].groupby(table["imputer"]).sum() == len(result.imputed)).all()


def test_longer_gaps_are_harder_for_interpolation(result):
    table = result.by_gap("distance").set_index(["imputer", "gap"])["mae"]
    assert table["linear", "1"] < table["linear", "4-11"]
    assert result.by_gap()["gap"].cat.ordered


def test_the_reference_is_the_best_baseline(result):
    scores = result.scores().loc[list(result.baselines), "mae"]
    assert result.reference == scores.idxmin()
    assert example_scoring({}.fromkeys(["only"], Marginal()), baselines=False).reference is None


def test_a_score_that_no_baseline_has_leaves_a_reference():
    assert example_scoring(metrics="crps").reference == "ar"


def test_whose_gap_is_drawn(result):
    figure = result.plot()
    names = [trace.name for trace in figure.data]
    assert names == ["95%", "80%", "marginal", "observed", "hidden"]
    assert result.plot("s2", "linear", seed=2).layout.title.text == "s2, by linear"
    for arguments in ({"unique_id": "s22"}, {"imputer": "lineal"}, {"seed": 3}):
        with pytest.raises(InvalidParameterError):
            result.plot(**arguments)
