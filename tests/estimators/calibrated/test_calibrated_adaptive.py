import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.estimators.calibrated.adaptive import STEP_SIZES, AdaptiveScores, just_missed, tracked_rates


def test_the_rate_just_missed_is_the_one_at_which_the_interval_stops_covering():
    scores = np.random.default_rng(0).exponential(size=(40, 2, 3))
    missed = just_missed(scores, memory=15, least=5)
    for j, i, h in ((20, 0, 0), (30, 1, 2), (39, 1, 1), (9, 0, 2)):
        known = np.sort(scores[max(0, j - h - 15) : j - h, i, h])
        n = len(known)
        for alpha in (missed[j, i, h] - 1e-6, missed[j, i, h] + 1e-6):
            rank = int(np.ceil((n + 1) * (1 - alpha)))
            width = np.inf if rank > n else known[rank - 1] if rank > 0 else -np.inf
            assert (scores[j, i, h] > width) == (alpha >= missed[j, i, h])


def test_a_score_is_known_only_once_its_step_has_come():
    scores = np.random.default_rng(1).exponential(size=(30, 1, 4))
    missed = just_missed(scores, memory=100, least=5)
    for h in range(4):
        assert np.isnan(missed[: 5 + h, 0, h]).all()
        assert not np.isnan(missed[5 + h :, 0, h]).any()
        changed = scores.copy()
        changed[20 - h :, 0, h] = 1e9  # at the origin 20 the outcomes of the origins from 20 - h on are to come
        again = just_missed(changed, memory=100, least=5)
        np.testing.assert_array_equal(again[: 20 - h], missed[: 20 - h])


def test_one_step_size_is_the_recursion_of_the_first_paper():
    missed = np.random.default_rng(2).random((200, 1, 1))
    for wanted in (0.05, 0.2, 0.5):
        alpha = wanted
        for beta in missed.ravel():
            alpha = min(max(alpha + 0.03 * (wanted - (alpha >= beta)), 0), 1)
        assert tracked_rates(missed, np.array([wanted]), [0.03])[0, 0, 0] == pytest.approx(alpha)


def test_several_step_sizes_are_weighed_by_their_pinball_loss():
    missed, wanted, sizes = np.random.default_rng(3).beta(1, 3, 300), 0.1, (0.001, 0.01, 0.1)
    alpha, weight = np.full(3, wanted), np.full(3, 1 / 3)
    moment = (1 - wanted) ** 2 * wanted**3 + (1 - wanted) ** 3 * wanted**2
    eta = np.sqrt(3 / 100 * (np.log(300) + 2) / moment)
    for beta in missed:
        weight = weight * np.exp(-eta * (wanted * (beta - alpha) - np.minimum(0, beta - alpha)))
        weight = (1 - 1 / 200) * weight / weight.sum() + 1 / 200 / 3
        alpha = np.clip(alpha + np.array(sizes) * (wanted - (alpha >= beta)), 0, 1)
    ours = tracked_rates(missed[:, None, None], np.array([wanted]), sizes)
    assert ours[0, 0, 0] == pytest.approx(weight @ alpha)


def test_missing_outcomes_change_nothing():
    missed = np.random.default_rng(4).random((60, 2, 2))
    gappy = np.full((120, 2, 2), np.nan)
    gappy[::2] = missed
    for sizes in ([0.05], STEP_SIZES):
        rates = np.array([0.1, 0.4])
        np.testing.assert_allclose(tracked_rates(gappy, rates, sizes), tracked_rates(missed, rates, sizes))


@given(st.integers(0, 10_000), st.lists(st.floats(0, 0.99), min_size=2, max_size=6), st.booleans())
@settings(max_examples=30)
def test_adaptive_widths_never_fall_with_the_coverage(seed, coverages, single):
    rng = np.random.default_rng(seed)
    scores = rng.exponential(size=(50, 2, 3)) * rng.exponential(size=(50, 1, 1))
    adaptive = AdaptiveScores(scores, [0.1] if single else STEP_SIZES, 40, 10)
    widths = adaptive.widths(np.sort(coverages))
    assert (np.diff(widths, axis=0) >= 0).all()
    assert (widths >= 0).all()
    for h in range(3):
        assert widths[..., h].max() <= scores[..., h].max()


def covered(scores, step_sizes, first):
    """Share of the scores from ``first`` on that one-step 90 % intervals cover, the rate adapted at every step."""
    hits = []
    for t in range(first, len(scores), 2):
        width = AdaptiveScores(scores[t - 250 : t, None, None], step_sizes, 100, 19).widths(np.array([0.9]))
        hits.append(scores[t] <= width[0, 0, 0])
    return np.mean(hits)


@pytest.mark.parametrize("step_sizes", [[0.05], STEP_SIZES], ids=["one", "several"])
def test_adaptive_intervals_follow_a_growing_variance_that_fixed_ones_do_not(step_sizes):
    rng = np.random.default_rng(5)
    scores = np.abs(rng.standard_normal(700)) * np.exp(np.maximum(np.arange(700) - 400, 0) / 100)
    fixed = np.quantile(scores[:400], 0.9)
    assert np.mean(scores[450:] <= fixed) < 0.5
    recent = [scores[t] <= np.quantile(scores[t - 100 : t], 0.9) for t in range(450, 700)]
    adaptive = covered(scores, step_sizes, 450)
    assert np.mean(recent) < adaptive - 0.02
    assert adaptive == pytest.approx(0.9, abs=0.05)


def test_adaptive_intervals_of_data_that_do_not_drift_cover_as_promised():
    scores = np.abs(np.random.default_rng(6).standard_normal(900))
    assert covered(scores, STEP_SIZES, 300) == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / 300))
