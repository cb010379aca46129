import numpy as np
import pandas as pd

from forecastkit.evaluation.report.score_table import score_table


def marked(scores, column):
    table = score_table(scores, [])
    place = [metric.name for metric in table.columns].index(column)
    return [row.model for row in table.rows if row.cells[place].best]


def test_the_best_of_a_column_is_the_one_nearest_to_what_is_aimed_at():
    scores = pd.DataFrame(
        {"mae": [2.0, 1.0, np.nan], "bias": [-0.1, 0.2, -3.0], "coverage-80": [0.99, 0.6, 0.83]}, index=["a", "b", "c"]
    )
    assert marked(scores, "mae") == ["b"]
    assert marked(scores, "bias") == ["a"]
    assert marked(scores, "coverage-80") == ["c"]


def test_ties_are_both_best_and_one_model_alone_is_not():
    assert marked(pd.DataFrame({"mae": [1.0, 1.0, 2.0]}, index=["a", "b", "c"]), "mae") == ["a", "b"]
    assert marked(pd.DataFrame({"mae": [1.0]}, index=["a"]), "mae") == []


def test_scores_are_written_with_the_decimals_they_deserve():
    scores = pd.DataFrame(
        {"mae": [12345.678, 23456.789], "mase": [0.8123456, np.nan], "bias": [-1.5, 3.0], "crps": [np.nan, np.nan]},
        index=["a", "b"],
    )
    texts = [[cell.text for cell in row.cells] for row in score_table(scores, []).rows]
    assert texts == [["12,346", "0.8123", "−2"], ["23,457", "–", "3"]]
