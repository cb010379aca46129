import numpy as np
import pandas as pd

from forecastkit.evaluation.report.verdict import Parts, verdict


def said(scores, reference="seasonal_naive", by_cutoff=None):
    parts = [] if by_cutoff is None else [Parts(by_cutoff, "cutoff", "at {} of {} cutoffs")]
    words = verdict(scores, reference, "the seasonal naive", *parts)
    return " ".join([words.headline.striptags(), *(detail.striptags() for detail in words.details)])


def scored(**mase):
    return pd.DataFrame({"mase": mase})


def test_the_verdict_names_a_winner_and_its_lead():
    assert said(scored(ar=0.8, seasonal_naive=1.0)).startswith(
        "ar has the lowest MASE, 0.8: 20% below the seasonal naive."
    )


def test_the_verdict_says_when_the_naive_wins():
    assert said(scored(ar=1.2, nar=1.5, seasonal_naive=1.0)).startswith(
        "No model beats the seasonal naive: its MASE of 1 is the lowest; the next, ar, has 1.2."
    )


def test_the_verdict_calls_a_hair_s_breadth_a_draw():
    assert "ar is level with the seasonal naive" in said(scored(ar=0.999, seasonal_naive=1.0))


def test_the_verdict_counts_the_cutoffs_that_were_won():
    by_cutoff = pd.DataFrame(
        {"model": ["ar"] * 3 + ["seasonal_naive"] * 3, "cutoff": [1, 2, 3] * 2, "mase": [1.0, 3, 1, 2, 2, 2]}
    )
    words = said(scored(ar=0.8, seasonal_naive=1.0), by_cutoff=by_cutoff)
    assert "ar is better than the seasonal naive at 2 of 3 cutoffs." in words


def test_the_verdict_names_another_winner_by_another_score():
    scores = scored(ar=0.8, nar=0.9, seasonal_naive=1.0).assign(crps=[2.0, 1.0, 3.0])
    assert "By CRPS the best is nar." in said(scores)


def test_the_verdict_without_a_reference_or_with_a_single_model_claims_nothing_more():
    assert said(scored(ar=0.8, nar=0.9), reference=None).startswith("ar has the best MASE, 0.8.")
    assert said(scored(seasonal_naive=1.0)).startswith("Only seasonal_naive was scored: MASE 1.")
    assert "could not be scored" in said(scored(ar=0.8, seasonal_naive=np.nan))
    assert "not scored" in said(scored(ar=np.nan))


def test_a_perfect_naive_is_not_called_level_with_a_worse_model():
    assert "No model beats" in said(scored(ar=0.1, seasonal_naive=0.0))
    assert "level with" in said(scored(ar=0.0, seasonal_naive=0.0))
