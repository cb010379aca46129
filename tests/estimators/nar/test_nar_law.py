import copy

import numpy as np
import pytest
from fitted_networks import fitted, nar, oscillation
from layouts import assert_same
from scipy.stats import norm

from forecastkit.errors import ConvergenceError
from forecastkit.estimators.nar import law


@pytest.mark.parametrize("point", ["rollout", "mean", "median"])
@pytest.mark.parametrize("head", ["gaussian", "mixture"])
def test_the_centre_of_an_interval_is_the_point_forecast(point, head):
    model = fitted("wide", point=point, head=head, n_components=2, block_size=2, max_steps=3)
    for seed in (None, 0, 7):
        interval = model.predict_interval(5, level=80, random_state=seed)
        assert_same(interval.xs("forecast", axis=1, level=1), model.predict(5).rename_axis(columns=None))


def test_the_mean_and_the_median_are_those_of_many_paths():
    paths = fitted("series").sample(6, 20_000, random_state=3).to_numpy().reshape(20_000, 6)
    error = 5 * paths.std(axis=0) / np.sqrt(law.N_PATHS)
    mean, median = (fitted("series", point=point).predict(6) for point in ("mean", "median"))
    assert (np.abs(mean - paths.mean(axis=0)) < error).all()
    assert (np.abs(median - np.median(paths, axis=0)) < 1.3 * error).all()
    assert not np.allclose(mean, median)


def test_a_rollout_of_a_linear_gaussian_network_is_the_mean_of_its_paths():
    model = fitted("series", hidden_size=1, n_layers=1, max_steps=1, learning_rate=1e-9)  # the network adds nothing
    paths = model.sample(8, 20_000, random_state=0).to_numpy().reshape(20_000, 8)
    assert (np.abs(paths.mean(axis=0) - model.predict(8)) < 5 * paths.std(axis=0) / np.sqrt(20_000)).all()


@pytest.mark.parametrize("head", ["gaussian", "student_t", "mixture"])
def test_quantiles_of_the_first_block_are_exact_and_later_ones_those_of_paths(head):
    model = fitted("series", head=head, n_components=2, block_size=3)
    n, probabilities = 40_000, np.array([0.05, 0.5, 0.9])
    quantiles = model.predict_quantiles(7, quantiles=probabilities).to_numpy()
    paths = model.sample(7, n, random_state=5).to_numpy().reshape(n, 7)
    shares = (paths[:, :, None] < quantiles[None]).mean(axis=0)
    deviation = np.sqrt(probabilities * (1 - probabilities))
    assert (np.abs(shares[:3] - probabilities) < 4.5 * deviation / np.sqrt(n)).all()
    sampled = deviation * np.sqrt(1 / n + 1 / law.N_PATHS)
    assert (np.abs(shares[3:] - probabilities) < 4.5 * sampled).all()
    other = model.predict_quantiles(7, quantiles=probabilities, random_state=99).to_numpy()
    np.testing.assert_array_equal(other[:3], quantiles[:3])
    assert (other[3:] != quantiles[3:]).all()


def test_the_first_quantiles_of_a_gaussian_network_are_those_of_the_normal_law():
    model = fitted("series")
    interval = model.predict_interval(1, level=(50, 95)).iloc[0]
    center = interval["forecast"]
    ratio = (interval["forecast-hi-95"] - center) / (interval["forecast-hi-50"] - center)
    assert ratio == pytest.approx(norm.ppf(0.975) / norm.ppf(0.75), rel=1e-9)
    assert interval["forecast-lo-95"] + interval["forecast-hi-95"] == pytest.approx(2 * center, rel=1e-12)


def test_quantiles_repeat_with_the_seed_and_follow_the_one_given():
    model = fitted("series")
    assert_same(model.predict_quantiles(5), model.predict_quantiles(5), rtol=0)
    assert_same(model.predict_quantiles(5, random_state=1), model.predict_quantiles(5, random_state=1), rtol=0)
    assert not np.allclose(model.predict_quantiles(5, random_state=1), model.predict_quantiles(5, random_state=2))
    assert_same(model.predict_quantiles(5), model.predict_quantiles(5, random_state=0), rtol=0)  # that of the fit


def test_paths_drawn_a_few_series_at_a_time_are_the_same(monkeypatch):
    model = fitted("wide", block_size=2)
    whole = model.sample(5, 6, random_state=2)
    monkeypatch.setattr(law, "_MOST_NUMBERS", 1)
    np.testing.assert_allclose(model.sample(5, 6, random_state=2), whole, rtol=1e-11)


def test_joint_paths_of_a_block_keep_the_dependence_of_its_steps():
    model = fitted("series", block_size=4, linear_skip=True)
    paths = model.sample(4, 5_000, random_state=0).to_numpy().reshape(5_000, 4)
    factor = model.network_.dependence.numpy()
    np.testing.assert_allclose(np.corrcoef(paths.T), factor @ factor.T, atol=0.05)
    assert np.corrcoef(paths.T)[0, 1] > 0.5  # errors of a slow oscillation last


def test_a_run_that_explodes_is_an_error_that_says_where_and_what_helps():
    model = copy.deepcopy(nar(max_steps=1).fit(oscillation(60)))
    model.network_.skip.weight.data.fill_(50.0)
    message = r"from the end of series 'wave' leaves the range of numbers at step \d+.*Fit again with linear_skip=False"
    assert np.isfinite(model.predict(3)).all()
    for call in (model.predict, model.predict_interval, model.sample):
        with pytest.raises(ConvergenceError, match=message):
            call(400)
