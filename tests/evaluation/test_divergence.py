"""The divergence of two forecasters against closed forms, quadrature and other estimators."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from series import hourly

import forecastkit as fk
from forecastkit.errors import InvalidFrameError, InvalidParameterError, NotFittedError, NotSupportedError
from forecastkit.estimators.path_law import PathLaw
from forecastkit.evaluation.divergence import kl_divergence
from forecastkit.gaussian import GaussianMixture, kl, monte_carlo_kl

MONTE_CARLO = ("rao_blackwell", "log_ratio")


def autoregression(coef, n=300, seed=0, name="y"):
    """A simulated autoregression around 50."""
    noise = np.random.default_rng(seed).standard_normal(n + 50)
    values = np.zeros(n + 50)
    for t in range(len(coef), n + 50):
        values[t] = np.dot(coef, values[t - len(coef) : t][::-1]) + noise[t]
    return pd.Series(50 + values[50:], index=pd.date_range("2024", periods=n, freq="D"), name=name)


def many(coef, n_series, seed=0, n=120):
    return pd.DataFrame({f"s{i}": autoregression(coef, n, 1000 * seed + i) for i in range(n_series)})


def ar(y, order=1, **settings):
    return fk.ARForecaster(order=order, **settings).fit(y)


def network(y, seed=0, **settings):
    small = {"order": 4, "hidden_size": 8, "max_steps": 20, "linear_skip": True, "accelerator": "cpu"}
    return fk.NARForecaster(**small | settings, random_state=seed).fit(y)


def test_two_autoregressions_have_the_divergence_of_their_joint_laws():
    y = autoregression([0.9])
    p, q = ar(y), ar(autoregression([0.5, 0.3], seed=1), 2)
    result = kl_divergence(p, q, 12)
    laws = [model.forecast_distribution(12, y=p.panel_) for model in (p, q)]
    dense = kl(laws[0].mean[0], laws[0].covariance(0), laws[1].mean[0], laws[1].covariance(0))
    assert result.value == pytest.approx(dense, rel=1e-9)
    assert (result.estimator, result.standard_error, result.n_samples) == ("exact", 0.0, 0)
    assert result.by_horizon["value"].sum() == pytest.approx(result.value, rel=1e-12)
    for steps in (1, 5):  # what the first lead times add is the divergence over that horizon
        assert result.by_horizon["value"][:steps].sum() == pytest.approx(kl_divergence(p, q, steps).value, rel=1e-9)


@pytest.mark.parametrize("estimator", MONTE_CARLO)
@pytest.mark.parametrize(("coef", "order"), [([0.9], 1), ([1.2, -0.5], 2)])
def test_estimates_are_as_far_from_the_exact_value_as_their_standard_errors_say(estimator, coef, order):
    y = many(coef, 300)
    p, q = ar(y, order), ar(many(coef, 300, seed=1), order)
    exact = kl_divergence(p, q, 10)
    estimate = kl_divergence(p, q, 10, n_samples=400, estimator=estimator, random_state=0)
    scores = (
        (estimate.by_series["value"] - exact.by_series["value"]) / estimate.by_series["standard_error"]
    ).to_numpy()
    assert abs(scores.mean()) < 3.5 / np.sqrt(300)
    assert 0.85 < scores.std() < 1.15
    assert (np.abs(scores) < 1.96).mean() > 0.9
    assert abs(estimate.value - exact.value) < 3.5 * estimate.standard_error
    gap = (estimate.by_horizon["value"] - exact.by_horizon["value"]).abs()
    assert (gap <= 4 * estimate.by_horizon["standard_error"] + 1e-12).all()
    assert estimate.by_horizon["value"].sum() == pytest.approx(estimate.value, rel=1e-9)


def test_rao_blackwell_has_at_most_a_third_of_the_standard_error():
    p, q = ar(autoregression([0.9], 3000)), ar(autoregression([0.85], 3000, seed=1))
    errors = [kl_divergence(p, q, 48, estimator=each, random_state=0).standard_error for each in MONTE_CARLO]
    assert errors[0] < errors[1] / 3


def test_the_divergence_from_itself_is_exactly_zero():
    y = autoregression([0.8])
    for model in (ar(y), fk.NaiveForecaster().fit(y), fk.ARForecaster().fit(y), network(y), network(y, head="mixture")):
        assert kl_divergence(model, model, 6, n_samples=20, random_state=0).value == 0.0
    for estimator in MONTE_CARLO:
        assert kl_divergence(ar(y), ar(y), 6, n_samples=20, estimator=estimator, random_state=0).value == 0.0


@pytest.mark.parametrize("estimator", MONTE_CARLO)
def test_a_network_that_was_stored_is_not_apart_from_itself(estimator, tmp_path):
    model = network(autoregression([0.8]), head="mixture")
    model.save(tmp_path / "model.safetensors")
    other = fk.load(tmp_path / "model.safetensors")
    assert abs(kl_divergence(model, other, 6, n_samples=20, estimator=estimator, random_state=0).value) < 1e-10


def quadrature(p, q, panel):
    """KL of the laws of the next step, by adaptive quadrature."""
    one, other = (model.path_law(1, panel) for model in (p, q))
    low, high = p.predict_quantiles(1, [0.5, 0.999], y=panel).iloc[0]
    spread = high - low

    def density(x):
        log = one.log_density(np.full((1, 1, 1), x))[0, 0, 0]
        ratio = log - other.log_density(np.full((1, 1, 1), x))[0, 0, 0]
        return np.exp(log) * np.array([1.0, ratio])

    first = max(low - 20 * spread, 1e-9) if one.positive[0] else low - 20 * spread
    knots = [first, low - 3 * spread, low, low + 3 * spread, low + 20 * spread]
    knots = sorted(max(each, first) for each in knots)
    parts = [[quad(lambda x, k=k: density(x)[k], a, b, limit=200)[0] for a, b in pairwise(knots)] for k in (0, 1)]
    mass, value = np.sum(parts, axis=1)
    assert mass == pytest.approx(1, abs=2e-4)
    return value


HEADS = ("gaussian", "heteroscedastic", "student_t", "mixture")


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("other", ["gaussian", "mixture", "student_t"])
def test_two_networks_agree_with_quadrature_at_one_step(head, other):
    y = autoregression([0.8])
    p, q = network(y, head=head), network(y, seed=1, head=other, order=3, hidden_size=4)
    expected = quadrature(p, q, p.panel_)
    for estimator in MONTE_CARLO:
        result = kl_divergence(p, q, 1, n_samples=4000, estimator=estimator, random_state=0)
        assert abs(result.value - expected) < 3.5 * result.standard_error + 3e-4, estimator


@pytest.mark.parametrize(
    ("head", "other"), [("gaussian", "gaussian"), ("mixture", "student_t"), ("gaussian", "mixture")]
)
def test_the_joint_law_of_a_block_counts(head, other):
    y = autoregression([0.9])
    p, q = network(y, head=head, block_size=3, max_steps=60), network(y, seed=1, head=other, block_size=2)
    both = [kl_divergence(p, q, 6, n_samples=600, estimator=each, random_state=0) for each in MONTE_CARLO]
    error = np.hypot(both[0].standard_error, both[1].standard_error)
    assert abs(both[0].value - both[1].value) < 3.5 * error
    assert both[0].value > 3 * both[0].standard_error


def test_recursive_and_block_networks_have_different_first_steps_only_by_their_own_laws():
    """A Gaussian block without covariates is jointly Gaussian: the estimate has to meet the dense divergence."""
    y = autoregression([0.9])
    p, q = network(y, block_size=4, max_steps=60), network(y, seed=1, block_size=4)
    moments = []
    for model in (p, q):
        law = model.path_law(4, p.panel_)
        network_ = law.network
        first = network_.next_block(law.window)
        scale = first.scale[0].detach().numpy() * law.scaling.scale[0]
        root = scale[:, None] * network_.dependence.numpy()
        moments.append((law.scaling.center[0] + law.scaling.scale[0] * first.mean[0].detach().numpy(), root @ root.T))
    expected = kl(*moments[0], *moments[1])
    result = kl_divergence(p, q, 4, estimator="rao_blackwell", random_state=0)
    assert abs(result.value - expected) < 3.5 * result.standard_error
    ratio = kl_divergence(p, q, 4, estimator="log_ratio", random_state=0)
    assert abs(ratio.value - expected) < 3.5 * ratio.standard_error


def test_mixtures_of_autoregressions_agree_with_the_estimate_for_gaussian_mixtures():
    y = autoregression([0.7], 120) - 50
    p, q = fk.ARForecaster().fit(y), ar(y, 3)
    law = p.forecast_distribution(4)
    mixture = GaussianMixture(
        law.weights[0],
        np.stack([each.mean[0] for each in law.components]),
        np.stack([each.covariance(0) for each in law.components]),
    )
    other = q.forecast_distribution(4)
    one = GaussianMixture([1.0], other.mean, other.covariance(0)[None])
    expected = monte_carlo_kl(mixture, one, 20_000, np.random.default_rng(0))
    for estimator in MONTE_CARLO:
        result = kl_divergence(p, q, 4, n_samples=4000, estimator=estimator, random_state=0)
        assert abs(result.value - expected.value) < 3.5 * np.hypot(result.standard_error, expected.standard_error)
    backward = kl_divergence(q, p, 4, n_samples=4000, random_state=0)
    expected = monte_carlo_kl(one, mixture, 20_000, np.random.default_rng(1))
    assert abs(backward.value - expected.value) < 3.5 * np.hypot(backward.standard_error, expected.standard_error)


def test_the_same_transform_cancels_and_another_one_is_estimated():
    y = autoregression([0.8])
    logs = np.log(y)
    p, q, boxcox = ar(y, 1, transform="log"), ar(y, 3, transform="log"), ar(y, 2, transform="boxcox")
    exact = kl_divergence(p, q, 5)
    assert exact.value == pytest.approx(kl_divergence(ar(logs, 1), ar(logs, 3), 5).value, rel=1e-9)
    for one, other in ((p, boxcox), (boxcox, p), (p, ar(y, 2))):
        expected = quadrature(one, other, p.panel_)
        for estimator in MONTE_CARLO:
            result = kl_divergence(one, other, 1, n_samples=4000, estimator=estimator, random_state=0)
            assert abs(result.value - expected) < 3.5 * result.standard_error + 1e-6


@pytest.mark.parametrize("fit", [ar, network])
def test_a_change_of_scale_changes_nothing(fit):
    y = autoregression([0.8])
    small, large = ((fit(each), fit(each, order=3)) for each in (y, 1024 * y))
    values = [kl_divergence(*pair, 5, n_samples=100, random_state=0).value for pair in (small, large)]
    assert values[0] == pytest.approx(values[1], rel=1e-6)


def test_auto_takes_the_smaller_standard_error_and_says_both():
    y = autoregression([0.8])
    result = kl_divergence(network(y), network(y, seed=1), 8, n_samples=300, random_state=0)
    assert result.estimator == "rao_blackwell"
    assert result.inner == "closed form"
    assert result.pilot["rao_blackwell"] < result.pilot["log_ratio"]
    assert result.pilot["n_samples"] == 200
    assert result.n_samples == 300
    alone = kl_divergence(network(y), network(y, seed=1), 8, n_samples=300, estimator="rao_blackwell", random_state=0)
    assert alone.value == pytest.approx(result.value, rel=1e-9)
    assert alone.pilot is None
    drawn = kl_divergence(network(y, head="student_t"), network(y), 3, n_samples=50, random_state=0)
    assert drawn.inner == "stratified draws"


def test_paths_are_drawn_until_the_tolerance_is_met():
    y = autoregression([0.8])
    p, q = network(y), network(y, seed=1)
    whole = kl_divergence(p, q, 8, n_samples=5000, estimator="log_ratio", random_state=0)
    wanted = 2 * whole.standard_error
    result = kl_divergence(p, q, 8, n_samples=5000, estimator="log_ratio", tolerance=wanted, random_state=0)
    assert result.standard_error <= wanted
    assert result.reached_tolerance
    assert 1000 < result.n_samples < 2000
    short = kl_divergence(p, q, 8, n_samples=300, estimator="log_ratio", tolerance=wanted / 10, random_state=0)
    assert (short.n_samples, short.reached_tolerance) == (300, False)


def test_a_series_estimate_depends_on_the_seed_and_its_name_only():
    y = many([0.8], 5)
    p, q = network(y), network(y, seed=1)
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    whole = kl_divergence(p, q, 4, n_samples=50, random_state=3)
    again = kl_divergence(p, q, 4, n_samples=50, random_state=3)
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002
    pd.testing.assert_frame_equal(whole.by_series, again.by_series)
    part = kl_divergence(p, q, 4, n_samples=50, random_state=3, y=y[["s3", "s1"]])
    np.testing.assert_allclose(part.by_series["value"], whole.by_series["value"].to_numpy()[[3, 1]], rtol=1e-9)
    assert whole.by_series["unique_id"].tolist() == list(y.columns)
    assert whole.value == pytest.approx(whole.by_series["value"].mean())


def test_memory_does_not_change_the_numbers(monkeypatch):
    y = many([0.8], 3)
    p, q = network(y), network(y, seed=1, head="student_t")
    whole = kl_divergence(p, q, 4, n_samples=60, random_state=0)
    monkeypatch.setattr("forecastkit.evaluation.divergence.monte_carlo._MOST_NUMBERS", 500)
    split = kl_divergence(p, q, 4, n_samples=60, random_state=0)
    assert split.value == pytest.approx(whole.value, rel=1e-9)
    assert split.standard_error == pytest.approx(whole.standard_error, rel=1e-9)


def driven(n):
    X = pd.DataFrame({"heat": np.sin(np.arange(n)), "wind": np.cos(np.arange(n) / 3)}, pd.date_range("2024", periods=n))
    noise = np.random.default_rng(0).standard_normal(n)
    return (20 + 3 * X["heat"] + X["wind"] + noise).rename("y"), X


def test_conditional_models_are_compared_for_one_future_or_many():
    y, X = driven(160)
    history, known = y.iloc[:120], X.iloc[:120]
    p, q = fk.ARForecaster(order=1).fit(history, known), fk.ARForecaster(order=1).fit(history, known[["heat"]])
    plain = fk.ARForecaster(order=1).fit(history)
    future = X.iloc[120:126]
    one = kl_divergence(p, q, 6, X=future)
    hot = kl_divergence(p, q, 6, X=future.assign(heat=4.0))
    mean = kl_divergence(p, q, 6, X=[future, future.assign(heat=4.0)])
    assert mean.value == pytest.approx((one.value + hot.value) / 2)
    assert mean.by_series["scenario"].tolist() == [0, 1]
    assert kl_divergence(p, plain, 6, X=future).value > 0
    drawn = kl_divergence(p, q, 6, X=[future, future.assign(heat=4.0)], estimator="log_ratio", random_state=0)
    assert abs(drawn.value - mean.value) < 3.5 * drawn.standard_error
    with pytest.raises(InvalidFrameError, match="'rain', which none"):
        kl_divergence(p, q, 6, X=future.assign(rain=0.0))
    with pytest.raises(NotSupportedError, match="none of the models was fitted with covariates"):
        kl_divergence(plain, plain, 6, X=future)
    with pytest.raises(InvalidParameterError, match="empty list"):
        kl_divergence(p, q, 6, X=[])


def test_conditional_networks_read_the_future_that_is_given():
    y, X = driven(160)
    settings = {"order": 3, "hidden_size": 8, "max_steps": 60, "random_state": 0, "accelerator": "cpu"}
    p = fk.ConditionalNARForecaster(**settings).fit(y.iloc[:120], X.iloc[:120])
    q = network(y.iloc[:120])
    results = [kl_divergence(p, q, 6, X=X.iloc[120:126].assign(heat=h), random_state=0).value for h in (0.0, 3.0)]
    assert min(results) > 0
    assert abs(results[0] - results[1]) > 1e-3


def test_what_cannot_be_compared_is_refused():
    y = autoregression([0.8])
    p = ar(y)
    with pytest.raises(NotFittedError, match="q: this ARForecaster is not fitted"):
        kl_divergence(p, fk.ARForecaster(), 3)
    with pytest.raises(NotSupportedError, match="q: dict has no density"):
        kl_divergence(p, {}, 3)
    with pytest.raises(InvalidFrameError, match="'y' and q on 'other'"):
        kl_divergence(p, ar(y.rename("other")), 3)
    with pytest.raises(InvalidFrameError, match="frequency D and q on h"):
        kl_divergence(p, ar(hourly(100, name="y")), 3)
    with pytest.raises(InvalidFrameError, match="q: y has 1 series the model was not fitted on"):
        kl_divergence(ar(many([0.8], 3)), ar(many([0.8], 2)), 3)
    with pytest.raises(NotSupportedError, match="infinite for 1 series, 'y' first"):
        kl_divergence(p, ar(y, transform="log"), 3)
    with pytest.raises(NotSupportedError, match="no exact divergence"):
        kl_divergence(p, network(y), 3, estimator="exact")
    with pytest.raises(NotSupportedError, match="'y' has no density"):
        kl_divergence(p, fk.NaiveForecaster().fit(y * 0 + 1), 3)
    for wrong in ({"n_samples": 1}, {"tolerance": 0.0}, {"estimator": "exat"}, {"horizon": 0}):
        with pytest.raises(InvalidParameterError):
            kl_divergence(p, p, **{"horizon": 3} | wrong)


def test_a_forecaster_without_a_density_is_refused():
    class Quantiles(fk.NaiveForecaster):
        def _forecast(self, *given):
            return object()

    y = autoregression([0.8])
    with pytest.raises(NotSupportedError, match="q: Quantiles has no joint density"):
        kl_divergence(ar(y), Quantiles().fit(y), 3)


def test_progress_is_told_in_paths():
    told = []
    y = many([0.8], 3)
    kl_divergence(network(y), network(y, seed=1), 4, n_samples=400, random_state=0, progress=lambda *a: told.append(a))
    assert told[-1] == ("KL divergence", 400, 400)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_another_history_moves_both_models():
    y = autoregression([0.8])
    p, q = ar(y), ar(y, 2)
    later = pd.concat([y, pd.Series([60.0], y.index[-1:] + pd.Timedelta(days=1), name="y")])
    moved = kl_divergence(p, q, 5, y=later)
    laws = [model.path_law(5, later).joint(0) for model in (p, q)]
    dense = kl(laws[0].mean, laws[0].factor @ laws[0].factor.T, laws[1].mean, laws[1].factor @ laws[1].factor.T)
    assert moved.value == pytest.approx(dense, rel=1e-9)
    assert moved.value != kl_divergence(p, q, 5).value


def test_the_result_is_drawn():
    y = autoregression([0.8])
    result = kl_divergence(network(y), network(y, seed=1), 4, n_samples=50, random_state=0)
    assert len(result.plot("dark").data) == 3
    assert len(kl_divergence(ar(y), ar(y, 2), 4).plot().data) == 1
    assert "rao_blackwell, 50 paths" in repr(result)
    assert isinstance(ar(y).path_law(2), PathLaw)
