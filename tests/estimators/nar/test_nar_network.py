import numpy as np
import pytest
from fitted_networks import assert_equal_weights, fitted, gappy, nar, oscillation, panel_of_three
from scipy.integrate import trapezoid
from scipy.stats import multivariate_normal

from forecastkit.errors import InvalidFrameError


@pytest.mark.parametrize("head", ["gaussian", "heteroscedastic"])
def test_a_block_of_gaussian_steps_has_their_joint_density(head):
    y, model = oscillation(), fitted("series", head=head, block_size=3)
    factor = model.network_.dependence.numpy().astype(float)
    scores = model.score_samples()
    for origin in (4, 58):  # blocks of three begin at the value `order`
        block = model.predict_quantiles(3, quantiles=[0.5, 0.8413447460685429], y=y.iloc[:origin]).to_numpy()
        deviation = block[:, 1] - block[:, 0]
        covariance = (factor @ factor.T) * np.outer(deviation, deviation)
        expected = multivariate_normal(block[:, 0], covariance).logpdf(y.iloc[origin : origin + 3])
        assert scores.iloc[origin : origin + 3].sum() == pytest.approx(expected, rel=1e-6)


def test_a_block_that_the_data_end_in_is_scored_as_far_as_it_goes():
    y, model = oscillation(), fitted("series", block_size=3)
    whole = model.score_samples(y.iloc[:64])
    for n in (61, 62, 63):
        np.testing.assert_allclose(model.score_samples(y.iloc[:n]), whole.iloc[:n], rtol=1e-11)


@pytest.mark.parametrize("settings", [{"head": "mixture"}, {"head": "student_t"}, {"transform": "log"}], ids=str)
def test_the_density_of_a_value_integrates_to_one(settings):
    y, model, grid = oscillation(40), fitted("series", **settings), np.linspace(12, 28, 150)
    density = []
    for value in grid:
        y.iloc[39] = value
        density.append(model.score_samples(y).iloc[39])
    assert trapezoid(np.exp(density), grid) == pytest.approx(1, abs=3e-3)


@pytest.mark.parametrize("settings", [{}, {"head": "mixture", "block_size": 3, "backbone": "gru"}], ids=str)
def test_the_likelihood_is_in_the_unit_of_the_data(settings):
    y = oscillation(90)
    plain, scaled = (nar(max_steps=3, **settings).fit(each) for each in (y, 10 * y))
    n_scored = 86
    assert plain.log_likelihood() - scaled.log_likelihood() == pytest.approx(n_scored * np.log(10), rel=1e-5)
    np.testing.assert_allclose(scaled.predict_interval(5), 10 * plain.predict_interval(5), rtol=1e-5)
    np.testing.assert_allclose(scaled.fitted_values(), 10 * plain.fitted_values(), rtol=1e-5)


def test_under_the_logarithm_the_likelihood_holds_the_jacobian():
    y = oscillation()
    model, scaler_free = fitted("series", transform="log"), nar(transform="log", scaler=None, max_steps=3).fit(y)
    same = nar(scaler=None, max_steps=3).fit(np.log(y))
    assert_equal_weights(scaler_free, same)
    expected = same.score_samples(np.log(y)) - np.log(y)
    np.testing.assert_allclose(scaler_free.score_samples(), expected, rtol=1e-10)
    step, quantile = 1e-4, 0.3  # density against the slope of the distribution function
    low, high = model.predict_quantiles(1, quantiles=[quantile, quantile + step], y=y.iloc[:50]).iloc[0]
    moved = y.iloc[:51].copy()
    moved.iloc[50] = (low + high) / 2
    assert model.score_samples(moved).iloc[-1] == pytest.approx(np.log(step / (high - low)), abs=1e-4)


def test_missing_values_are_not_scored_and_those_after_them_are():
    y, model = gappy(), fitted("gappy", block_size=2)
    scores = model.score_samples()
    missing = y.isna()
    assert scores[missing].isna().all()
    assert scores[~missing].iloc[4:].notna().all()
    assert model.log_likelihood() == pytest.approx(scores.sum())
    np.testing.assert_allclose(model.score_samples(y.iloc[:64]), scores.iloc[:64], rtol=1e-11)


def test_a_network_that_knows_no_gaps_does_not_score_them():
    with pytest.raises(InvalidFrameError, match=r"series 'wave' has missing values \(first at 2024-01-11"):
        fitted("series").score_samples(gappy())
    with pytest.raises(InvalidFrameError, match="fit on data with missing values"):
        fitted("series").log_likelihood(gappy())


def test_new_series_are_scaled_by_their_own_values_and_old_ones_by_those_of_the_fit():
    model, y = fitted("wide"), panel_of_three()
    renamed = y.rename(columns={"b": "new"})
    assert not np.allclose(
        model.predict(3, y=renamed.iloc[:30])["new"], model.predict(3, y=y.iloc[:30])["b"], rtol=1e-8
    )
    np.testing.assert_array_equal(model.predict(3, y=renamed)["a"], model.predict(3)["a"])


def test_forecasts_are_computed_in_float64_whatever_the_training():
    fitted_network = fitted("series")._fitted
    assert {str(weight.dtype) for weight in fitted_network.exact.parameters()} == {"torch.float64"}
    assert {str(weight.dtype) for weight in fitted_network.network.parameters()} == {"torch.float32"}
