import tracemalloc

import numpy as np
import pytest
from space_time_laws import ring, simulate, true_law

from forecastkit.gaussian.space_time import SpaceTimeModel, fit_space_time
from forecastkit.gaussian.space_time.conditional_weights import condition_windows
from forecastkit.gaussian.space_time.context import whole_window


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(3)
    transition = ring(6)
    y = simulate(transition, 1_200, rng)
    hidden = rng.random(y.shape) < 0.3
    hidden[500:530, 2] = hidden[700] = True
    x, times = np.where(hidden, np.nan, y), np.arange(len(y))
    return transition, y, x, hidden, times, fit_space_time(x, times)


def test_the_error_is_near_that_of_the_true_law(case):
    transition, y, x, hidden, times, model = case
    law = true_law(transition, whole_window(6, 6))
    best, _ = condition_windows(law, np.where(hidden, 0.0, y)[None], ~hidden, hidden)
    oracle = np.abs(best[0] - y)[hidden].mean()
    assert np.abs(model.fill(x, times) - y)[hidden].mean() < 1.025 * oracle


def test_observed_values_come_back_bit_for_bit(case):
    _, y, x, hidden, times, model = case
    filled = model.fill(x, times)
    draws = model.sample(x[:100], times[:100], 3, np.random.default_rng(0))
    assert np.isfinite(filled).all()
    assert np.isfinite(draws).all()
    np.testing.assert_array_equal(filled[~hidden], y[~hidden])
    np.testing.assert_array_equal(draws[:, ~hidden[:100]], np.tile(y[:100][~hidden[:100]], (3, 1)))


def test_leaving_an_entry_out_is_hiding_it(case):
    _, _, x, hidden, times, model = case
    everything = model.conditional(x, times, leave_one_out=True)
    for t, v in ((50, 1), (529, 3), (530, 2), (1199, 5)):
        if hidden[t, v]:
            continue
        without = x.copy()
        without[t, v] = np.nan
        alone = model.conditional(without, times)
        for got, want in zip(everything, alone, strict=True):
            assert got[t, v] == pytest.approx(want[t, v], rel=1e-6)


def test_intervals_cover_what_they_say(case):
    _, y, x, hidden, times, model = case
    law = model.conditional(x, times)
    for level in (0.8, 0.95):
        low, high = (model.quantile(law, times, p) for p in (0.5 - level / 2, 0.5 + level / 2))
        assert np.mean(((low <= y) & (y <= high))[hidden]) == pytest.approx(level, abs=0.03)
    np.testing.assert_allclose(model.quantile(law, times, 0.5)[hidden], model.fill(x, times)[hidden], rtol=1e-6)


def test_draws_have_the_conditional_moments_and_hang_together(case):
    transition, _, x, hidden, times, model = case
    rows = slice(490, 540)
    draws = model.sample(x[rows], times[rows], 1_500, np.random.default_rng(1))
    law = model.conditional(x[rows], times[rows])
    z = model.marginal.forward(draws.reshape(-1, 6), np.tile(times[rows], 1_500)).reshape(draws.shape)
    gaps = hidden[rows]
    np.testing.assert_allclose(np.median(z, axis=0)[gaps], law.mean[gaps], atol=0.12)
    np.testing.assert_allclose(np.median(z.std(axis=0)[gaps] / law.deviation[gaps]), 1.0, atol=0.06)
    # Inside the long gap, steps that follow each other depend on each other as under the true law.
    inner = z[:, 20:30, 2] - z[:, 20:30, 2].mean(axis=0)
    close = np.mean([np.corrcoef(inner[:, k], inner[:, k + 1])[0, 1] for k in range(9)])
    context = whole_window(6, 8)
    true = true_law(transition, context).covariance[0]
    gap = np.array([v == 2 for v in context.sensors[0]])
    rest = true[np.ix_(gap, gap)] - true[np.ix_(gap, ~gap)] @ np.linalg.solve(
        true[np.ix_(~gap, ~gap)], true[np.ix_(~gap, gap)]
    )
    lags = context.lags[0][gap]
    here, there = np.flatnonzero(lags == 0)[0], np.flatnonzero(lags == 1)[0]
    want = rest[here, there] / np.sqrt(rest[here, here] * rest[there, there])
    assert close == pytest.approx(want, abs=0.12)


def test_no_value_beyond_reach_has_an_effect(case):
    _, _, x, _, times, model = case
    changed = x.copy()
    changed[: 600 - model.reach] += 50.0
    changed[601 + model.reach :] = np.nan
    law, other = (model.conditional(values, times, leave_one_out=True) for values in (x, changed))
    for a, b in zip(law, other, strict=True):
        np.testing.assert_allclose(a[600], b[600], atol=1e-9)


def test_blocks_of_rows_change_nothing(case, monkeypatch):
    _, _, x, _, times, model = case
    whole = model.fill(x, times)
    monkeypatch.setattr("forecastkit.gaussian.space_time.model._CHUNK_CELLS", 600)
    np.testing.assert_allclose(model.fill(x, times), whole, atol=1e-9)


def test_the_model_survives_its_arrays_and_is_deterministic(case):
    _, _, x, _, times, model = case
    again = SpaceTimeModel.from_arrays(model.arrays())
    np.testing.assert_array_equal(again.fill(x, times), model.fill(x, times))
    draws = [m.sample(x[:60], times[:60], 2, np.random.default_rng(5)) for m in (model, again)]
    np.testing.assert_array_equal(*draws)
    short = fit_space_time(x[:300], times[:300], seed=4), fit_space_time(x[:300], times[:300], seed=4)
    np.testing.assert_array_equal(short[0].fill(x[:300], times[:300]), short[1].fill(x[:300], times[:300]))


def test_the_order_of_the_sensors_does_not_matter(case):
    _, _, x, _, times, _ = case
    order = np.array([3, 0, 5, 1, 4, 2])
    rows, when = x[:400], times[:400]
    plain = fit_space_time(rows, when).fill(rows, when)
    moved = fit_space_time(rows[:, order], when).fill(rows[:, order], when)
    np.testing.assert_allclose(moved, plain[:, order], atol=1e-6)


def test_a_table_may_be_filled_in_place(case, monkeypatch):
    _, _, x, _, times, model = case
    monkeypatch.setattr("forecastkit.gaussian.space_time.model._CHUNK_CELLS", 600)  # many blocks, each read by the next
    expected, table = model.fill(x, times), x.copy()
    assert model.fill(table, times, out=table) is table
    np.testing.assert_array_equal(table, expected)


def test_memory_does_not_grow_with_the_rows(case, monkeypatch):
    _, _, x, _, _, model = case
    monkeypatch.setattr("forecastkit.gaussian.space_time.model._CHUNK_CELLS", 3_000)
    peaks = []
    for copies in (2, 8):
        values, times = np.tile(x, (copies, 1)), np.arange(copies * len(x))
        tracemalloc.start()
        for _ in model.conditional_blocks(values, times):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
