import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import norm

from forecastkit.autoregression.marginal_law import MarginalLaws
from forecastkit.autoregression.marginal_mixture import MarginalMixtures

PROBABILITIES = np.array([1e-4, 0.025, 0.3, 0.5, 0.9, 0.999])


def one_cell(means, deviations, powers, weights):
    """A mixture of one series and one step."""
    columns = zip(means, deviations, powers, strict=True)
    laws = [MarginalLaws(*(np.array([[float(number)]]) for number in column)) for column in columns]
    return MarginalMixtures(laws, np.array([weights], dtype=float))


components = st.lists(
    st.tuples(
        st.floats(-5, 5),
        st.floats(-6, 1.5).map(np.exp),
        st.sampled_from([1.0, 0.0, 0.5, -0.1, 1.0]),
        st.floats(0.01, 1),
    ),
    min_size=1,
    max_size=6,
)


far_then_near = [  # a far start, a long step next to the narrow fourth component, and a short one that is not the last
    (0.0, np.exp(-4.0), 1.0, 0.220703125),
    (1.02, np.exp(-1.76953125), -0.1, 0.4865933196475804),
    (2.6875, 1.0, -0.1, 0.010637318312329532),
    (2.162109375, np.exp(-5.0), 1.0, 0.619140625),
    (2.629078055587941, 1.0, -0.1, 0.779296875),
    (0.09375, 1.0, 0.0, 0.2357680442646789),
]


@given(components)
@example(far_then_near)
@example([*far_then_near[:1], (1.02, np.exp(-1.76953125), -0.1, 0.486328125), *far_then_near[2:]])
@settings(max_examples=120, deadline=None)
def test_quantiles_invert_the_distribution_function_of_any_mixture(parts):
    means, deviations, powers, weights = map(np.array, zip(*parts, strict=True))
    mixture = one_cell(means, deviations, powers, weights / weights.sum())
    quantiles = mixture.quantile(PROBABILITIES)
    finite = np.isfinite(quantiles)
    values = np.where(finite, quantiles, 0.0)
    step = 1e-10 * np.abs(values) + 1e-11 * deviations.max() + 1e-300
    above, below = mixture.cdf(values + step)[:, 0, 0], mixture.cdf(values - step)[:, 0, 0]
    inside = finite[:, 0, 0]
    assert (above[inside] >= PROBABILITIES[inside] - 1e-14).all()
    assert (below[inside] <= PROBABILITIES[inside] + 1e-14).all()
    assert (np.diff(values[inside, 0, 0]) >= -2 * step[inside, 0, 0][:-1]).all()


def test_they_are_the_roots_that_brent_finds():
    rng = np.random.default_rng(0)
    for _ in range(30):
        means, deviations, weights = rng.normal(0, 3, 4), np.exp(rng.normal(0, 1.5, 4)), rng.dirichlet(np.ones(4))
        found = one_cell(means, deviations, np.ones(4), weights).quantile(PROBABILITIES)[:, 0, 0]
        for probability, quantile in zip(PROBABILITIES, found, strict=True):

            def excess(x, p=probability, m=means, s=deviations, w=weights):
                return w @ norm.cdf(x, m, s) - p

            expected = brentq(excess, -1e3, 1e3, xtol=1e-14, rtol=1e-14)
            assert quantile == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_equal_components_give_their_quantile_to_the_bit():
    law = MarginalLaws(np.array([[1.3, 0.2]]), np.array([[0.7, 2.0]]), np.array([[0.5]]))
    mixture = MarginalMixtures([law, law, law], np.array([[0.2, 0.3, 0.5]]))
    np.testing.assert_array_equal(mixture.quantile(PROBABILITIES), law.quantile(PROBABILITIES))


def test_well_separated_components_and_point_masses_are_met():
    mixture = one_cell([0.0, 100.0], [1e-3, 1e-3], [1, 1], [0.25, 0.75])
    np.testing.assert_allclose(mixture.quantile(np.array([0.125, 0.625]))[:, 0, 0], [0.0, 100.0], atol=1e-10)
    atoms = one_cell([1.0, 2.0, 5.0], [0.0, 0.0, 0.0], [1, 1, 1], [0.2, 0.5, 0.3])
    np.testing.assert_allclose(atoms.quantile(np.array([0.1, 0.2, 0.5, 0.9]))[:, 0, 0], [1, 1, 2, 5], rtol=1e-14)
    mixed = one_cell([1.0, 2.0], [0.0, 1.0], [1, 1], [0.5, 0.5])
    np.testing.assert_allclose(mixed.quantile(np.array([0.4]))[0, 0, 0], 1.0, rtol=1e-14)


def test_mass_at_zero_and_at_infinity_is_met():
    zero = one_cell([-5.0, 3.0], [1.0, 1.0], [0.5, 1.0], [0.5, 0.5])
    assert zero.quantile(np.array([0.3]))[0, 0, 0] == 0.0
    endless = one_cell([20.0, 3.0], [1.0, 1.0], [-0.1, 1.0], [0.5, 0.5])  # the first is beyond 10, where y ends
    found = endless.quantile(np.array([0.2, 0.45, 0.7]))[:, 0, 0]
    np.testing.assert_allclose(endless.cdf(np.array(found[:2])[:, None, None])[:, 0, 0], [0.2, 0.45], rtol=1e-10)
    assert found[2] == np.inf


def test_blocks_do_not_matter(monkeypatch):
    rng = np.random.default_rng(1)
    laws = [
        MarginalLaws(rng.normal(1, 1, (5, 7)), np.exp(rng.normal(-1, 1, (5, 7))), np.full((5, 1), power))
        for power in (1.0, 0.0, 0.4)
    ]
    mixture = MarginalMixtures(laws, rng.dirichlet(np.ones(3), 5))
    whole = mixture.quantile(PROBABILITIES)
    for size in (1, 20, 100):
        monkeypatch.setattr("forecastkit.autoregression.marginal_mixture._BLOCK", size)
        np.testing.assert_array_equal(mixture.quantile(PROBABILITIES), whole)


def test_components_without_weight_are_not_looked_at():
    good = MarginalLaws(np.array([[1.0], [2.0]]), np.ones((2, 1)), np.array([[0.5], [1.0]]))
    other = MarginalLaws(np.array([[4.0], [np.nan]]), np.array([[0.0], [np.nan]]), np.array([[0.3], [np.nan]]))
    third = MarginalLaws(np.array([[5.0], [3.0]]), np.ones((2, 1)), np.zeros((2, 1)))
    mixture = MarginalMixtures([good, other, third], np.array([[0.5, 0.2, 0.3], [0.5, 0.0, 0.5]]))
    alone = MarginalMixtures([good.part(np.array([1])), third.part(np.array([1]))], np.array([[0.5, 0.5]]))
    np.testing.assert_array_equal(mixture.quantile(PROBABILITIES)[:, 1], alone.quantile(PROBABILITIES)[:, 0])
    values = np.array([[2.0], [2.5]])
    np.testing.assert_allclose(mixture.cdf(values)[1], alone.cdf(values[1:])[0], rtol=1e-15)
    np.testing.assert_allclose(mixture.log_density(values)[1], alone.log_density(values[1:])[0], rtol=1e-15)


def test_what_is_not_known_stays_so():
    mixture = one_cell([np.nan, 1.0], [1.0, 1.0], [1.0, 1.0], [0.5, 0.5])
    assert np.isnan(mixture.quantile(PROBABILITIES)).all()
