import numpy as np
import pytest
from gaussian_laws import EPS, laws
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian import cauchy_schwarz, cauchy_schwarz_univariate, kl, kl_univariate, log_overlap

QUICK = settings(max_examples=30, deadline=None)
MEANS = st.floats(-100, 100)
VARIANCES = st.floats(1e-4, 1e4)


def on_the_line(function):
    """Integrate over the line what lives within a few units of zero."""
    return integrate.quad(function, -60, 60, points=[-1, 0, 1], limit=500, epsabs=1e-13)[0]


@pytest.mark.parametrize(("m0", "v0", "m1", "v1"), [(0.0, 1.0, 1.0, 2.0), (-0.5, 0.3, 0.5, 3.0), (1.0, 4.0, 1.0, 1.0)])
def test_divergences_on_the_line_are_those_of_numerical_integration(m0, v0, m1, v1):
    p, q = stats.norm(m0, v0**0.5), stats.norm(m1, v1**0.5)
    expected = on_the_line(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)))
    assert kl_univariate(m0, v0, m1, v1) == pytest.approx(expected, abs=1e-9)
    cross, first, second = (on_the_line(lambda x, f=f, g=g: f.pdf(x) * g.pdf(x)) for f, g in ((p, q), (p, p), (q, q)))
    expected = -np.log(cross) + 0.5 * np.log(first) + 0.5 * np.log(second)
    assert cauchy_schwarz_univariate(m0, v0, m1, v1) == pytest.approx(expected, abs=1e-9)
    assert log_overlap([m0], [[v0]], [m1], [[v1]]) == pytest.approx(np.log(cross), abs=1e-9)


@given(MEANS, VARIANCES, MEANS, VARIANCES)
@settings(max_examples=200, deadline=None)
def test_on_the_line_cauchy_schwarz_is_symmetric_and_below_both_kullback_leibler(m0, v0, m1, v1):
    cs = cauchy_schwarz_univariate(m0, v0, m1, v1)
    least = min(kl_univariate(m0, v0, m1, v1), kl_univariate(m1, v1, m0, v0))
    assert cs == pytest.approx(cauchy_schwarz_univariate(m1, v1, m0, v0), rel=1e-12, abs=1e-30)
    assert 0 <= cs <= least * (1 + 1e-7) + 1e-30
    if abs(v0 / v1 - 1) > 1e-12:  # below, the square is lost beside rounding
        assert cs > 0


@given(laws(most=50, worst=0, n=2))
@QUICK
def test_independent_entries_add_up(case):
    rng, _, (mean0, _), (mean1, _) = case
    v0, v1 = np.exp(rng.normal(0, 3, (2, len(mean0))))
    expected = kl_univariate(mean0, v0, mean1, v1).sum()
    assert kl(mean0, np.diag(v0), mean1, np.diag(v1)) == pytest.approx(expected, rel=1e-11)
    expected = cauchy_schwarz_univariate(mean0, v0, mean1, v1).sum()
    assert cauchy_schwarz(mean0, np.diag(v0), mean1, np.diag(v1)) == pytest.approx(expected, rel=1e-11)


@given(laws(worst=3, n=2))
@QUICK
def test_divergences_are_those_of_the_equations(case):
    _, _, (mean0, cov0), (mean1, cov1) = case
    shift, d = mean1 - mean0, len(mean0)
    log_det0, log_det1 = np.linalg.slogdet(cov0)[1], np.linalg.slogdet(cov1)[1]
    trace = np.trace(np.linalg.solve(cov1, cov0))
    expected = 0.5 * (trace + shift @ np.linalg.solve(cov1, shift) - d + log_det1 - log_det0)
    assert kl(mean0, cov0, mean1, cov1) == pytest.approx(expected, rel=1e-10, abs=1e-9)
    overlaps = [
        log_overlap(*p, *q)
        for p, q in (
            ((mean0, cov0), (mean1, cov1)),
            ((mean0, cov0), (mean0, cov0)),
            ((mean1, cov1), (mean1, cov1)),
        )
    ]
    expected = -overlaps[0] + 0.5 * overlaps[1] + 0.5 * overlaps[2]
    assert cauchy_schwarz(mean0, cov0, mean1, cov1) == pytest.approx(expected, rel=1e-10, abs=1e-9)


@given(laws(n=2))
@QUICK
def test_divergences_of_ill_conditioned_laws_are_positive_and_vanish_for_equal_ones(case):
    _, condition, (mean0, cov0), (mean1, cov1) = case
    assert kl(mean0, cov0, mean1, cov1) > 0
    forth, back = cauchy_schwarz(mean0, cov0, mean1, cov1), cauchy_schwarz(mean1, cov1, mean0, cov0)
    assert forth > 0
    # Singular values of L₀⁻¹ L₁ spread over the condition number and are exact to EPS of the largest.
    assert forth == pytest.approx(back, rel=1e-9, abs=len(mean0) * condition * EPS)
    assert kl(mean0, cov0, mean0, cov0) <= condition * EPS
    assert cauchy_schwarz(mean0, cov0, mean0, cov0) <= condition * EPS


@given(laws(most=20, worst=4, n=2))
@QUICK
def test_divergences_do_not_depend_on_the_units(case):
    rng, _, (mean0, cov0), (mean1, cov1) = case
    scale = np.exp(rng.normal(0, 5, len(mean0)))
    for divergence in (kl, cauchy_schwarz):
        scaled = divergence(scale * mean0, np.outer(scale, scale) * cov0, scale * mean1, np.outer(scale, scale) * cov1)
        assert scaled == pytest.approx(divergence(mean0, cov0, mean1, cov1), rel=1e-8)


@pytest.mark.parametrize("step", [1e-3, 1e-6, 1e-8])
def test_nearly_equal_laws_keep_their_divergence(step):
    leading = step**2 / 4 * (1 - 4 * step / 3)  # KL of variances 1 and 1 + step, up to step⁴
    for unit in (1.0, 2.0**40):
        assert kl_univariate(0.0, unit, 0.0, unit * (1.0 + step)) == pytest.approx(
            leading, rel=10 * step**2 + 3e-8, abs=0
        )
    assert kl([0.0], [[1.0]], [0.0], [[1.0 + step]]) == pytest.approx(leading, rel=10 * step**2 + 1e-6, abs=0)
    assert cauchy_schwarz_univariate(0.0, 1.0, 0.0, 1.0 + step) == pytest.approx(
        step**2 / 16, rel=3 * step + 3e-8, abs=0
    )


def test_a_variance_twenty_orders_below_the_other_has_a_finite_divergence():
    expected = 0.5 * (20 * np.log(10) - 1)
    assert kl_univariate(0.0, 1e-20, 0.0, 1.0) == pytest.approx(expected)
    assert kl([0.0], [[1e-20]], [0.0], [[1.0]]) == pytest.approx(expected)


@pytest.mark.parametrize("divergence", [kl, cauchy_schwarz])
@pytest.mark.parametrize("which", [0, 1])
def test_a_singular_law_has_no_divergence_and_its_eigenvalue_is_named(divergence, which):
    covariances = [np.eye(2), np.eye(2)]
    covariances[which] = np.ones((2, 2))
    with pytest.raises(InvalidParameterError, match=f"covariance{which} is singular .*smallest eigenvalue"):
        divergence([0.0, 0.0], covariances[0], [0.0, 0.0], covariances[1])


def test_the_overlap_of_a_point_mass_is_the_density_there():
    expected = stats.norm(0.0, 2.0).logpdf(1.0)
    assert log_overlap([1.0], [[0.0]], [0.0], [[4.0]]) == pytest.approx(expected)
    with pytest.raises(InvalidParameterError, match=r"covariance0 \+ covariance1 is singular"):
        log_overlap([1.0], [[0.0]], [0.0], [[0.0]])
