"""Densities and draws of paths: the chain of one-step laws, and the same law as that of the forecasts."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import trapezoid
from scipy.stats import kstest, multivariate_normal

import forecastkit as fk
from forecastkit.errors import ConvergenceError, NotSupportedError
from forecastkit.estimators.parameters import series_generators

HEADS = ("gaussian", "heteroscedastic", "student_t", "mixture")


def panel(n=150, n_series=3):
    """Oscillating series of different units, all positive."""
    noise = np.random.default_rng(0).standard_normal((n + 50, n_series))
    values = np.zeros((n + 50, n_series))
    for t in range(2, n + 50):
        values[t] = 1.2 * values[t - 1] - 0.6 * values[t - 2] + 0.4 * noise[t]
    table = (20 + values[50:]) * 10.0 ** np.arange(n_series)
    return pd.DataFrame(table, pd.date_range("2024", periods=n, name="day"), columns=[*"abc"][:n_series])


def network(y, **settings):
    small = {"order": 4, "hidden_size": 8, "max_steps": 20, "linear_skip": True, "accelerator": "cpu"}
    return fk.NARForecaster(**small | settings, random_state=0).fit(y)


MODELS = {
    "ar": lambda y: fk.ARForecaster(order=3).fit(y),
    "differenced": lambda y: fk.ARForecaster(order=2, differences=1).fit(y),
    "log": lambda y: fk.ARForecaster(order=2, transform="log").fit(y),
    "boxcox": lambda y: fk.ARForecaster(order=2, transform="boxcox").fit(y),
    "global": lambda y: fk.ARForecaster(order=3, pooling="global").fit(y),
    "network": network,
    "log network": lambda y: network(y, transform="log"),
    "log mixture": lambda y: network(y, transform="log", head="mixture"),
    "gru": lambda y: network(y, backbone="gru", scaler="window"),
    **{head: lambda y, head=head: network(y, head=head) for head in HEADS},
    **{f"{head} block": lambda y, head=head: network(y, head=head, block_size=3) for head in HEADS},
}


@pytest.mark.parametrize("name", MODELS)
def test_the_density_of_a_path_is_that_of_the_values_once_they_are_seen(name):
    y = panel()
    model, history, later = MODELS[name](y.iloc[:120]), y.iloc[:118], y.iloc[118:124]
    ours = model.path_law(6, history).log_density(later.to_numpy().T[None])[0]
    # blocks of scored data follow each other from the order on
    whole = pd.concat([history.iloc[-4:] if "block" in name else history, later])
    theirs = model.score_samples(whole).iloc[-6:].to_numpy().T
    steps = slice(1 if name == "gru" else 6)  # its state remembers more than the last p values
    np.testing.assert_allclose(ours[:, steps], theirs[:, steps], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", MODELS)
def test_paths_come_from_the_law_that_sample_draws_from(name):
    y = panel(n_series=2)
    model, n = MODELS[name](y), 1500
    law = model.path_law(4)
    paths, steps = law.draw(n, series_generators(law.ids, 1))
    np.testing.assert_allclose(steps.log_density(paths), law.log_density(paths), rtol=1e-6, atol=1e-6)
    bounds = model.predict_quantiles(4, [0.1, 0.5, 0.9])
    for i, series in enumerate(y.columns):
        shares = (paths[:, i, :, None] <= bounds[series].to_numpy()).mean(axis=0)
        assert np.abs(shares - [0.1, 0.5, 0.9]).max() < 0.06


@pytest.mark.parametrize("name", [*MODELS, "mixture of autoregressions"])
def test_stratified_draws_have_no_bias(name):
    y, n = panel(n_series=1), 4000
    model = fk.ARForecaster().fit(y) if name == "mixture of autoregressions" else MODELS[name](y)
    law = model.path_law(2)
    plain = law.draw(n, series_generators(law.ids, 5))[0]
    path = np.repeat(plain[:1], n, axis=0)
    values, weights = law.steps(path).draws(np.random.default_rng(0).random((n, 1, 2)))
    weights = np.broadcast_to(weights, values.shape)
    assert weights.sum(axis=0) == pytest.approx(1)
    first, share = values[..., 0].ravel(), weights[..., 0].ravel()
    mean = np.average(first, weights=share)
    assert abs(mean - plain[:, 0, 0].mean()) < 5 * plain[:, 0, 0].std() / np.sqrt(n)
    assert np.average((first - mean) ** 2, weights=share) == pytest.approx(plain[:, 0, 0].var(), rel=0.15)
    drawn = np.random.default_rng(2).choice(first, n, p=share / share.sum())
    assert kstest(drawn, plain[:, 0, 0]).pvalue > 1e-4
    # at the second step the law is that of the path so far: its density gives every stratum its probability
    chosen = np.random.default_rng(3).choice(values[..., 1].ravel(), n, p=weights[..., 1].ravel() / n)
    middle = np.linspace(*np.quantile(chosen, [0.3, 0.7]), 201)
    grid = np.repeat(path[:1], 201, axis=0)
    grid[:, 0, 1] = middle
    density = np.exp(law.log_density(grid)[:, 0, 1])
    assert abs(trapezoid(density, middle) - 0.4) < 0.04


def test_an_autoregressions_path_law_is_its_joint_gaussian():
    y = panel()
    model = fk.ARForecaster(order=3).fit(y)
    law, forecast = model.path_law(5), model.forecast_distribution(5)
    paths = forecast.sample(7, series_generators(law.ids, 0))
    for i in range(3):
        dense = multivariate_normal(forecast.mean[i], forecast.covariance(i)).logpdf(paths[:, i])
        np.testing.assert_allclose(law.log_density(paths)[:, i].sum(axis=1), dense, rtol=1e-8)
        joint = law.joint(i)
        np.testing.assert_allclose(joint.factor @ joint.factor.T, forecast.covariance(i), rtol=1e-9)


@pytest.mark.parametrize("settings", [{"order": 2, "strategy": "direct", "horizon": 5}, {"order": 2, "differences": 1}])
def test_direct_maps_and_gaps_have_a_joint_density(settings):
    y = panel()
    history = y.copy()
    if settings.get("strategy") != "direct":
        history.iloc[-3] = np.nan
    model = fk.ARForecaster(**settings).fit(y)
    law, forecast = model.path_law(5, history), model.forecast_distribution(5, y=fk.as_panel(history))
    paths = forecast.sample(3, series_generators(law.ids, 0))
    dense = multivariate_normal(forecast.mean[1], forecast.covariance(1)).logpdf(paths[:, 1])
    np.testing.assert_allclose(law.log_density(paths)[:, 1].sum(axis=1), dense, rtol=1e-7)


def test_a_mixtures_density_is_the_weighted_sum_of_its_members():
    y = panel(60, 2)
    model = fk.ARForecaster().fit(y)
    law, forecast = model.path_law(4), model.forecast_distribution(4)
    paths, steps = law.draw(6, series_generators(law.ids, 0))
    total = np.full((6, 2), -np.inf)
    for m, member in enumerate(forecast.components):
        for i in np.flatnonzero(forecast.weights[:, m] > 0):
            inner = getattr(member, "law", member)
            power = member.power[i] if hasattr(member, "power") else 1.0
            z = np.log(paths[:, i]) if power == 0 else paths[:, i]
            dense = multivariate_normal(inner.mean[i], inner.covariance(i)).logpdf(z)
            dense = dense - z.sum(axis=1) if power == 0 else dense
            total[:, i] = np.logaddexp(total[:, i], np.log(forecast.weights[i, m]) + dense)
    np.testing.assert_allclose(law.log_density(paths).sum(axis=2), total, rtol=1e-8)
    np.testing.assert_allclose(steps.log_density(paths), law.log_density(paths))
    assert np.exp(steps.log_weights).sum(axis=0) == pytest.approx(1)


@pytest.mark.parametrize("name", ["log", "log network", "log mixture", "boxcox"])
def test_a_value_below_zero_is_impossible_for_a_model_of_transformed_values(name):
    y = panel(n_series=2)
    law = MODELS[name](y).path_law(3)
    assert law.positive.all()
    path = law.draw(1, series_generators(law.ids, 0))[0]
    path[0, 1, 1] = -1.0
    density = law.log_density(path)
    assert np.isneginf(density[0, 1, 1])
    assert np.isfinite(density[0, 0]).all()
    assert not MODELS["ar"](y).path_law(3).positive.any()


def test_some_series_of_a_law_are_the_law_of_some_series():
    y = panel()
    for name in ("ar", "log", "mixture", "student_t block"):
        law = MODELS[name](y).path_law(3)
        paths = law.draw(4, series_generators(law.ids, 0))[0]
        some = law.select(np.array([2, 0]))
        assert list(some.ids) == ["c", "a"]
        np.testing.assert_allclose(some.log_density(paths[:, [2, 0]]), law.log_density(paths)[:, [2, 0]], rtol=1e-9)
    law = fk.ARForecaster().fit(y).path_law(3)
    paths = law.draw(4, series_generators(law.ids, 0))[0]
    np.testing.assert_allclose(law.select(np.array([1])).log_density(paths[:, [1]]), law.log_density(paths)[:, [1]])


def test_a_law_without_density_is_an_error_that_names_the_series():
    y = panel()
    y["b"] = 5.0
    law = fk.NaiveForecaster().fit(y).path_law(2)
    with pytest.raises(NotSupportedError, match="'b' has no density"):
        law.log_density(np.ones((1, 3, 2)))


def test_a_path_that_explodes_is_an_error_that_names_the_step():
    model = network(panel(n_series=1), max_steps=1)
    law = model.path_law(400)
    with np.errstate(all="ignore"):
        law.network.skip.weight.data.mul_(50)
        with pytest.raises(ConvergenceError, match="'a' leaves the range of numbers at step"):
            law.draw(2, series_generators(law.ids, 0))


def test_covariates_of_the_fit_are_named():
    y = panel(n_series=1)
    X = pd.DataFrame({"heat": np.arange(160.0)}, pd.date_range("2024", periods=160, name="day"))
    assert fk.ARForecaster(order=1).fit(y, X).covariate_names_ == ("heat",)
    assert fk.ARForecaster(order=1).fit(y).covariate_names_ == ()
