import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.plots import skill_figure
from forecastkit.plots.skill import skill

SCORES = pd.DataFrame({"mae": [1.0, 2.0, 40.0, np.nan]}, index=["good", "naive", "bad", "failed"])


def test_skill_is_the_share_of_the_error_saved():
    assert skill(SCORES["mae"], "naive").tolist()[:3] == [0.5, 0.0, -19.0]


@pytest.mark.parametrize("base", [0.0, np.nan])
def test_there_is_no_skill_against_a_perfect_or_missing_reference(base):
    assert skill(pd.Series({"ar": 1.0, "naive": base}), "naive").isna().all()


def test_a_disaster_is_cut_but_its_number_is_not():
    bar, text = skill_figure(SCORES, "naive").data
    assert list(bar.x) == [0.5, -1.0, None]
    assert [value.strip() for value in text.text] == ["+50%", "−1,900%", "n/a"]


def test_the_reference_has_no_bar():
    assert "naive" not in " ".join(skill_figure(SCORES, "naive").layout.yaxis.ticktext)


@pytest.mark.parametrize(("reference", "metric"), [("nave", "mae"), ("naive", "mea")])
def test_unknown_names_are_refused_with_the_nearest(reference, metric):
    with pytest.raises(InvalidParameterError, match="did you mean"):
        skill_figure(SCORES, reference, metric)
