import numpy as np
import pytest
from dense_autoregression import dense_covariance, gappy_path, random_model

from forecastkit.errors import InvalidFrameError, InvalidParameterError, NotSupportedError
from forecastkit.gaussian import conditional
from forecastkit.gaussian.space_time import VectorAutoregression, autoregression_fit, fit_vector_autoregression, smooth
from forecastkit.gaussian.space_time.autoregression_fit import MOST_NODES
from forecastkit.gaussian.space_time.autoregression_prior import PriorStrength, centre_of
from forecastkit.gaussian.space_time.lag_moments import expected_moments
from forecastkit.gaussian.space_time.row_systems import Ridge, RowSystems
from forecastkit.gaussian.space_time.vector_autoregression import companion

WEAK = PriorStrength(0.001, 0.001)
CHAIN = np.eye(4, k=1)  # each sensor informs the next


def chain_model() -> VectorAutoregression:
    """Four sensors in a row, each moved by its own past and that of the one before it."""
    coefficients = 0.6 * np.eye(4) + 0.35 * CHAIN.T
    innovation = 0.5 * np.eye(4) + 0.2 * np.ones((4, 4))
    return VectorAutoregression(coefficients[None], innovation)


def gappy_chain(seed: int, n_rows: int, share: float = 0.3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    z = chain_model().simulate(n_rows, rng)[0]
    z[rng.random(z.shape) < share] = np.nan
    return z


@pytest.mark.parametrize(("order", "n", "n_rows"), [(1, 3, 2), (2, 2, 6), (3, 1, 30), (2, 4, 60)])
def test_expected_moments_are_those_of_the_dense_law(order, n, n_rows):
    rng = np.random.default_rng(n_rows)
    model = random_model(rng, order, n)
    n_rows = max(n_rows, order + 1)
    z = gappy_path(rng, model, n_rows, 0.4)
    known, unknown = np.flatnonzero(~np.isnan(z.ravel())), np.flatnonzero(np.isnan(z.ravel()))
    centre, spread = conditional(np.zeros(z.size), dense_covariance(model, n_rows), known, z.ravel()[known])
    completed = z.ravel().copy()
    completed[unknown] = centre
    second = np.outer(completed, completed)
    second[np.ix_(unknown, unknown)] += spread
    wanted = np.zeros(((order + 1) * n, (order + 1) * n))
    for t in range(order, n_rows):
        entries = np.concatenate([np.arange((t - lag) * n, (t - lag + 1) * n) for lag in range(order + 1)])
        wanted += second[np.ix_(entries, entries)]
    moments, _ = expected_moments(model, z)
    np.testing.assert_allclose(moments.gram, wanted, atol=1e-8)
    assert moments.n_steps == n_rows - order


@pytest.mark.parametrize("adjacency", [None, CHAIN])
def test_known_parameters_are_recovered_from_seven_values_in_ten(adjacency):
    truth = chain_model()
    fit = fit_vector_autoregression(gappy_chain(0, 6000), adjacency, 1, shrinkage=WEAK, tolerance=1e-6)
    # 0.013 is the standard error of a coefficient from 6,000 complete rows; gaps widen it by less than 2
    np.testing.assert_allclose(fit.model.coefficients, truth.coefficients, atol=0.08)
    np.testing.assert_allclose(fit.model.innovation, truth.innovation, atol=0.06)


def test_coefficients_are_zero_off_the_graph():
    fit = fit_vector_autoregression(gappy_chain(1, 400), CHAIN, 2)
    allowed = (CHAIN.T > 0) | np.eye(4, dtype=bool)
    assert (fit.model.coefficients[:, ~allowed] == 0).all()
    assert (fit.model.coefficients[0][allowed] != 0).all()


@pytest.mark.parametrize("adjacency", [None, CHAIN])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_no_iteration_lowers_the_objective(adjacency, share):
    z = gappy_chain(2, 300, share)
    z[100:110] = np.nan
    fit = fit_vector_autoregression(z, adjacency, 2, tolerance=0.0, max_iterations=15)
    steps = np.diff(fit.objective)
    assert (steps > -1e-8 * abs(fit.objective[0])).all()
    if share:
        assert fit.objective[-1] > fit.objective[0]


def test_the_order_of_a_second_order_process_is_found():
    truth = VectorAutoregression([[[0.3, 0.0], [0.2, 0.3]], [[0.5, 0.0], [0.0, 0.4]]], np.eye(2))
    rng = np.random.default_rng(3)
    z = truth.simulate(3000, rng)[0]
    z[rng.random(z.shape) < 0.2] = np.nan
    fit = fit_vector_autoregression(z, max_order=3)
    assert fit.model.order >= 2
    assert fit.order_scores[2] > fit.order_scores[1] + 0.02
    assert fit.model.coefficients[1, 0, 0] == pytest.approx(0.5, abs=0.1)


def test_cross_validation_shrinks_unrelated_series_and_leaves_related_ones():
    rng = np.random.default_rng(4)
    noise = fit_vector_autoregression(rng.standard_normal((150, 12)), order=1)
    assert noise.shrinkage.coefficients >= 0.3
    off = ~np.eye(12, dtype=bool)
    assert np.abs(noise.model.coefficients[0][off]).max() < 0.15
    related = fit_vector_autoregression(gappy_chain(5, 2000), order=1)
    assert related.shrinkage.coefficients <= 0.1
    assert related.model.coefficients[0, 1, 0] == pytest.approx(0.35, abs=0.1)


def test_filling_is_nearly_as_good_as_under_the_true_parameters():
    complete = chain_model().simulate(1500, np.random.default_rng(6))[0]
    hidden = np.random.default_rng(7).random(complete.shape) < 0.3
    z = np.where(hidden, np.nan, complete)
    mean, deviation = smooth(fit_vector_autoregression(z, CHAIN).model, z)
    errors, least = (mean - complete)[hidden], (smooth(chain_model(), z)[0] - complete)[hidden]
    assert np.abs(errors).mean() < 1.01 * np.abs(least).mean()
    assert np.mean(np.abs(errors / deviation[hidden]) < 1.96) == pytest.approx(0.95, abs=0.02)


def test_a_sensor_without_values_follows_its_neighbours():
    rng = np.random.default_rng(8)
    shared = VectorAutoregression([[[0.8]]], [[0.36]]).simulate(800, rng)[0]
    truth = 0.9 * shared + 0.3 * rng.standard_normal((800, 5))
    z = truth.copy()
    z[:, 3] = np.nan
    ring = np.roll(np.eye(5), 1, axis=1)
    fit = fit_vector_autoregression(z, ring, 1)
    mean, deviation = smooth(fit.model, z)
    assert np.corrcoef(mean[:, 3], truth[:, 3])[0, 1] > 0.85
    assert np.mean(np.abs(mean - truth)[:, 3] < 1.96 * deviation[:, 3]) > 0.85
    alone = smooth(fit_vector_autoregression(z, order=1).model, z)
    assert (alone[0][:, 3] == 0).all()
    np.testing.assert_allclose(alone[1][:, 3], np.sqrt(np.nanmean(z**2)), rtol=1e-6)


def test_long_series_are_read_in_stretches():
    z = gappy_chain(9, 4000)
    fit = fit_vector_autoregression(z, CHAIN, 1, max_rows=1000)
    np.testing.assert_allclose(fit.model.coefficients, chain_model().coefficients, atol=0.15)
    stretches = autoregression_fit._stretches(z, 1000, 3)
    assert [len(part) for part in stretches] == [250] * 4
    np.testing.assert_array_equal(stretches[-1], z[-250:])


def test_the_same_input_gives_the_same_fit_and_stays_untouched():
    z = gappy_chain(10, 300)
    before = z.copy()
    first, second = fit_vector_autoregression(z, CHAIN), fit_vector_autoregression(z, CHAIN)
    np.testing.assert_array_equal(z, before)
    np.testing.assert_array_equal(first.model.coefficients, second.model.coefficients)
    np.testing.assert_array_equal(first.model.innovation, second.model.innovation)


@pytest.mark.parametrize("adjacency", [None, np.ones((3, 3))])
def test_short_constant_and_empty_series_give_a_usable_model(adjacency):
    rng = np.random.default_rng(11)
    for n_rows in (3, 4, 5, 8):
        z = rng.standard_normal((n_rows, 3))
        z[:, 1] = 0.0
        z[1, 0] = np.nan
        z[:-1, 2] = np.nan
        mean, deviation = smooth(fit_vector_autoregression(z, adjacency).model, z)
        assert np.isfinite(mean).all()
        assert np.isfinite(deviation).all()


def test_an_exploding_series_gets_a_stationary_model():
    z = np.cumsum(np.cumsum(np.random.default_rng(12).standard_normal((400, 2)), axis=0), axis=0)
    z /= z.std()
    model = fit_vector_autoregression(z, order=2).model
    assert np.abs(np.linalg.eigvals(companion(model.coefficients))).max() <= 0.9996


def test_rows_solved_with_one_spectrum_agree_with_the_plain_solution():
    rng = np.random.default_rng(13)
    n, order = 4, 3
    x = rng.standard_normal((50, n * order))
    moments, ridge = x.T @ x, Ridge(0.05, 500.0, rng.random(n) + 0.5)
    right = rng.standard_normal(n * order)
    systems = RowSystems(moments, np.ones((n, n * order), dtype=bool))
    for v in range(n):
        matrix = 1.7 * moments + np.diag(ridge.row(v, np.arange(n * order)))
        np.testing.assert_allclose(systems.solve(v, 1.7, ridge, right), np.linalg.solve(matrix, right), rtol=1e-9)


def test_the_centre_keeps_variances_and_weakens_weak_correlations():
    centre = centre_of(np.array([[4.0, 1.8], [1.8, 1.0]]), np.ones(2))
    np.testing.assert_allclose(np.diag(centre), [4.0, 1.0])
    assert centre[0, 1] == pytest.approx(2 * 0.99 * 0.9**3)
    assert np.linalg.eigvalsh(centre_of(np.ones((5, 5)), np.ones(5)))[0] > 0.005


def test_bad_input_is_refused():
    z = gappy_chain(14, 20)
    with pytest.raises(InvalidFrameError, match="all 12 are missing"):
        fit_vector_autoregression(np.full((6, 2), np.nan))
    with pytest.raises(NotSupportedError, match="window form"):
        fit_vector_autoregression(np.zeros((3, MOST_NODES + 1)))
    with pytest.raises(InvalidParameterError, match=r"adjacency must have shape \(4, 4\)"):
        fit_vector_autoregression(z, np.zeros((3, 3)))
    with pytest.raises(InvalidParameterError, match="must not be negative, got -1 from 0 to 1"):
        fit_vector_autoregression(z, -CHAIN)
    with pytest.raises(InvalidParameterError, match="'order' must be a whole number of 1 or more, got 0"):
        fit_vector_autoregression(z, order=0)
    with pytest.raises(InvalidParameterError, match="got 'aic'"):
        fit_vector_autoregression(z, order="aic")
    with pytest.raises(InvalidParameterError, match="6 rows or more for its order, got 5"):
        fit_vector_autoregression(z[:5], order=4)
    for name, value in (("max_iterations", -1), ("tolerance", -1.0), ("max_order", 0), ("max_rows", 0)):
        with pytest.raises(InvalidParameterError, match=f"'{name}'"):
            fit_vector_autoregression(z, **{name: value})
