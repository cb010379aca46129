import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastkit.errors import InvalidFrameError, InvalidParameterError
from forecastkit.estimators.calibrated.conformal import ConformalScores, interval_scores, needed_scores
from forecastkit.estimators.calibrated.pooling import pooled_scores

finite = st.floats(-1e3, 1e3)
spread = st.floats(1e-3, 1e3)


def one_group(scores):
    return ConformalScores(np.asarray(scores, dtype=float)[:, None, None])


@given(finite, finite, spread, spread, st.floats(0, 1e3))
def test_an_interval_covers_if_and_only_if_its_factor_reaches_the_score(y, center, below, above, q):
    score = interval_scores(*map(np.array, (y, center, below, above)))
    margin = 1e-9 * (abs(y) + abs(center) + q * (below + above) + 1)
    if score <= q:
        assert center - q * below - margin <= y <= center + q * above + margin
    else:
        assert y < center - q * below + margin or y > center + q * above - margin


def test_a_forecast_without_spread_scores_nothing_or_everything():
    score = interval_scores(np.array([1.0, 2.0, np.nan]), np.ones(3), np.zeros(3), np.zeros(3))
    np.testing.assert_array_equal(score, [0.0, np.inf, np.nan])


@pytest.mark.parametrize("n", [4, 9, 19, 30])
@pytest.mark.parametrize("coverage", [0.0, 0.1, 0.5, 0.8])
def test_the_finite_sample_guarantee_by_brute_force(n, coverage):
    """Of n + 1 exchangeable scores every one is equally likely to be the one to come."""
    scores = np.random.default_rng(n).exponential(size=n + 1)
    held = [scores[i] <= one_group(np.delete(scores, i)).widths(np.array([coverage]))[0, 0, 0] for i in range(n + 1)]
    assert np.mean(held) == pytest.approx(np.ceil((n + 1) * coverage - 1e-9) / (n + 1))
    assert coverage - 1e-9 <= np.mean(held) < coverage + 1 / (n + 1)


@pytest.mark.parametrize("coverage", [0.2, 0.5, 0.8, 0.95])
def test_widths_are_the_quantiles_of_numpy_at_the_corrected_level(coverage):
    scores = np.random.default_rng(0).exponential(size=(57, 3, 4))
    level = np.ceil(58 * coverage) / 57
    expected = np.quantile(scores, level, axis=0, method="inverted_cdf")
    np.testing.assert_array_equal(ConformalScores(scores).widths(np.array([coverage]))[0], expected)


def test_missing_scores_do_not_count():
    scores = np.random.default_rng(1).exponential(size=(40, 2, 3))
    gappy = np.concatenate([scores, np.full((5, 2, 3), np.nan)])
    shuffled = np.random.default_rng(2).permutation(gappy)
    widths = (ConformalScores(each).widths(np.array([0.3, 0.9])) for each in (shuffled, scores))
    np.testing.assert_array_equal(*widths)
    assert (ConformalScores(shuffled).counts == 40).all()


@pytest.mark.parametrize(("coverage", "n"), [(0.8, 4), (0.9, 9), (0.95, 19), (0.975, 39), (0.99, 99)])
def test_needed_scores_are_just_enough(coverage, n):
    assert needed_scores(coverage) == n
    one_group(np.arange(n)).widths(np.array([coverage]))
    with pytest.raises(InvalidParameterError, match=f"needs {n} errors, there are {n - 1}: at most"):
        one_group(np.arange(n - 1)).widths(np.array([coverage]))


@given(st.lists(st.floats(0, 1e6), min_size=19, max_size=60), st.lists(st.floats(0, 0.95), min_size=2, max_size=8))
def test_widths_never_fall_with_the_coverage(scores, coverages):
    coverages = np.sort(coverages)
    for widths in (one_group(scores).widths(coverages), one_group(scores).curve(coverages)):
        assert (np.diff(widths, axis=0) >= 0).all()
        assert (widths >= 0).all()


def test_the_curve_meets_the_widths_at_every_score_and_lies_below_them_between():
    scores = one_group(np.random.default_rng(3).exponential(size=24))
    knots = np.arange(25) / 25
    np.testing.assert_allclose(scores.curve(knots), scores.widths(knots))
    between = knots[:-1] + 0.02
    assert (scores.curve(between) < scores.widths(between)).all()
    assert scores.largest == 24 / 25


def test_scores_are_put_together_as_far_as_needed():
    scores, ids = np.random.default_rng(4).exponential(size=(10, 3, 5)), pd.Index(["a", "b", "c"])
    assert pooled_scores(scores, "global", 0.95, ids).scores.shape == (30, 1, 5)
    assert pooled_scores(scores, "local", 0.9, ids).scores.shape == (10, 3, 5)
    together = pooled_scores(scores, "global", 0.99, ids)
    assert together.scores.shape == (150, 1, 1)
    np.testing.assert_array_equal(np.sort(together.scores.ravel()), np.sort(scores.ravel()))
    alone = pooled_scores(scores, "local", 0.95, ids).scores
    np.testing.assert_array_equal(np.sort(alone[:, 1, 0]), np.sort(scores[:, 1].ravel()))


def test_too_few_scores_are_refused_with_the_numbers():
    scores, ids = np.ones((2, 2, 3)), pd.Index(["a", "b"])
    scores[0, 1, 0] = np.nan
    with pytest.raises(InvalidFrameError, match=r"95 % need 19 errors of earlier forecasts, there are 11: set a lower"):
        pooled_scores(scores, "global", 0.95, ids)
    with pytest.raises(InvalidFrameError, match=r"series 'b' has 5: .*, or pool the series"):
        pooled_scores(scores, "local", 0.95, ids)
