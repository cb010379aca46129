import numpy as np
import pytest
from dense_autoregression import dense_covariance, random_model
from scipy.linalg import solve_discrete_lyapunov

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian.space_time import VectorAutoregression
from forecastkit.gaussian.space_time.series_precision import SeriesPrecision
from forecastkit.gaussian.space_time.vector_autoregression import companion, spectral_radius, stabilised


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_start_is_the_stationary_law(order):
    model = random_model(np.random.default_rng(order), order, 3)
    noise = np.zeros((3 * order, 3 * order))
    noise[:3, :3] = model.innovation
    newest_first = solve_discrete_lyapunov(companion(model.coefficients), noise)
    flipped = newest_first.reshape(order, 3, order, 3)[::-1, :, ::-1].reshape(3 * order, 3 * order)
    np.testing.assert_allclose(model.initial, flipped, atol=1e-10)
    late = dense_covariance(model, order + 5)[-3 * order :, -3 * order :]
    np.testing.assert_allclose(late, model.initial, atol=1e-8)


def test_a_start_without_a_stationary_law_is_wide():
    model = VectorAutoregression([np.eye(2)], 0.5 * np.eye(2))
    np.testing.assert_array_equal(model.initial, 5000.0 * np.eye(2))
    assert np.isfinite(VectorAutoregression([3.0 * np.eye(2)], np.eye(2)).initial).all()


@pytest.mark.parametrize("order", [1, 3])
def test_the_radius_bounds_the_eigenvalues_and_shrinking_moves_it(order):
    coefficients = np.random.default_rng(order).standard_normal((order, 4, 4))
    exact = np.abs(np.linalg.eigvals(companion(coefficients))).max()
    assert exact <= spectral_radius(coefficients) * (1 + 1e-12)
    assert spectral_radius(coefficients) == pytest.approx(exact, rel=1e-3)
    calm = stabilised(coefficients, 0.9)
    assert np.abs(np.linalg.eigvals(companion(calm))).max() == pytest.approx(0.9, rel=1e-3)
    assert stabilised(calm, 0.95) is calm
    assert spectral_radius(np.zeros((2, 3, 3))) == 0.0


def test_paths_have_the_moments_of_the_dense_law():
    model = random_model(np.random.default_rng(0), 2, 2)
    paths = model.simulate(5, np.random.default_rng(1), 60_000).reshape(60_000, -1)
    covariance = dense_covariance(model, 5)
    scale = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(np.cov(paths.T) / scale / scale[:, None], covariance / scale / scale[:, None], atol=0.03)
    np.testing.assert_array_equal(
        model.simulate(1, np.random.default_rng(1), 2), model.simulate(2, np.random.default_rng(1), 2)[:, :1]
    )


@pytest.mark.parametrize("n_rows", [1, 2, 3, 4, 11, 12])
@pytest.mark.parametrize("rows_per_block", [1, 3, 100])
def test_blocks_make_up_the_precision_of_the_dense_law(n_rows, rows_per_block):
    model = random_model(np.random.default_rng(2), 2, 3)
    precision = SeriesPrecision(model, n_rows, rows_per_block)
    dense = np.zeros((n_rows * 3, n_rows * 3))
    edges = precision.starts * 3
    for k in range(precision.n_blocks):
        own = slice(edges[k], edges[k + 1])
        dense[own, own] = precision.diagonal(k)
        if k:
            dense[own, edges[k - 1] : edges[k]] = precision.coupling(k)
            dense[edges[k - 1] : edges[k], own] = precision.coupling(k).T
    wanted = np.linalg.inv(dense_covariance(model, n_rows))
    np.testing.assert_allclose(dense, wanted, atol=1e-8 * np.abs(wanted).max())
    z = np.random.default_rng(3).standard_normal((n_rows, 3))
    np.testing.assert_allclose(precision.product(z).ravel(), wanted @ z.ravel(), atol=1e-8 * np.abs(wanted).max())


def test_arrays_are_read_only_copies():
    coefficients = np.zeros((1, 2, 2))
    model = VectorAutoregression(coefficients, np.eye(2))
    coefficients[0, 0, 0] = 1.0
    assert model.coefficients[0, 0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        model.innovation[0, 0] = 2.0


def test_bad_parameters_are_refused():
    with pytest.raises(InvalidParameterError, match=r"shape \(p, N, N\)"):
        VectorAutoregression(np.zeros((1, 2, 3)), np.eye(2))
    with pytest.raises(InvalidParameterError, match="innovation is singular"):
        VectorAutoregression(np.zeros((1, 2, 2)), np.ones((2, 2)))
    with pytest.raises(InvalidParameterError, match="initial must have shape"):
        VectorAutoregression(np.zeros((2, 2, 2)), np.eye(2), np.eye(2))
    with pytest.raises(InvalidParameterError, match="initial is singular"):
        VectorAutoregression(np.zeros((1, 2, 2)), np.eye(2), np.ones((2, 2)))
    with pytest.raises(InvalidParameterError, match="n_rows"):
        VectorAutoregression(np.zeros((1, 2, 2)), np.eye(2)).simulate(0, np.random.default_rng(0))
