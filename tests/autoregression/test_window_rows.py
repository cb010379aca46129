import numpy as np
import pytest

from forecastkit.autoregression.window_rows import WindowRows, series_chunks

RNG = np.random.default_rng(0)
LENGTHS = np.array([20, 11, 16])
Z = np.where(np.arange(20) >= (20 - LENGTHS)[:, None], RNG.standard_normal((3, 20)), 0.0)


def rows_of(b, lags, horizon):
    """Columns (1, lags, targets) of one series."""
    y = Z[b, 20 - LENGTHS[b] :]
    ends = range(max(lags) - 1, len(y) - horizon)
    return np.array([[1.0, *y[t + 1 - np.array(lags)], *y[t + 1 : t + 1 + horizon]] for t in ends])


@pytest.mark.parametrize("horizon", [1, 2, 5])
@pytest.mark.parametrize("lags", [(1,), (1, 2, 3), (2, 5)], ids=str)
def test_the_gram_matrix_is_that_of_the_rows(lags, horizon):
    alone = [rows_of(b, lags, horizon) for b in range(3)]
    for pooled, expected in ((False, alone), (True, [np.vstack(alone)])):
        rows = WindowRows([(Z, LENGTHS)], np.array(lags), horizon, pooled=pooled)
        np.testing.assert_allclose(rows.gram(), [part.T @ part for part in expected], atol=1e-12)
        assert rows.n_rows.tolist() == [len(part) for part in expected]


@pytest.mark.parametrize("n_values", [1, 40, 10_000])
@pytest.mark.parametrize("pooled", [False, True])
def test_blocks_hold_every_row_once(pooled, n_values):
    lags, steps = (1, 3), np.array([0, 2])
    rows = WindowRows([(Z, LENGTHS)], np.array(lags), 3, pooled=pooled)
    blocks = [np.concatenate(block, axis=2) for block in rows.blocks(steps, n_values)]
    alone = [rows_of(b, lags, 3)[:, [0, 1, 2, 3, 5]] for b in range(3)]
    for m, expected in enumerate([np.vstack(alone)] if pooled else alone):
        found = np.vstack([block[m] for block in blocks])
        found = found[found[:, 0] == 1.0]
        np.testing.assert_array_equal(np.unique(found, axis=0), np.unique(expected, axis=0))
        assert len(found) == len(expected)


def test_moments_of_the_residuals_are_those_of_the_rows():
    lags = (1, 2)
    coef = RNG.standard_normal((3, 3, 2))
    rows = WindowRows([(Z, LENGTHS)], np.array(lags), 2, pooled=False)
    gradient, products = rows.gradient(coef, np.arange(2)), rows.residual_products(coef)
    for b in range(3):
        design, targets = np.split(rows_of(b, lags, 2), [3], axis=1)
        residuals = targets - design @ coef[b]
        np.testing.assert_allclose(gradient[b], design.T @ residuals, atol=1e-12)
        np.testing.assert_allclose(products[b], residuals.T @ residuals, atol=1e-12)
        np.testing.assert_allclose(rows.alone(b).gradient(coef[[b]], np.arange(2))[0], gradient[b], atol=1e-12)


def test_chunks_are_smaller_for_wider_windows_and_keep_every_series():
    y, lengths = np.zeros((7, 5)), np.arange(7)
    assert [len(z) for z, _ in series_chunks([(y, lengths)], 3)] == [7]
    assert [len(z) for z, _ in series_chunks([(y, lengths)], 1000)] == [2, 2, 2, 1]
    np.testing.assert_array_equal(np.concatenate([n for _, n in series_chunks([(y, lengths)], 1000)]), lengths)
