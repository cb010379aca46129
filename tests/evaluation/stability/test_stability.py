import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from fitted_recursions import autoregression, driven, fitted, fitted_ar, logistic, network, tent, three

from forecastkit import ARForecaster, DriftForecaster, NaiveForecaster, NARForecaster
from forecastkit.errors import InvalidFrameError, InvalidParameterError, NotFittedError, NotSupportedError
from forecastkit.evaluation.stability import stability

QUICK = {"horizon": 12, "n_steps": 300, "n_states": 40}


def quick(model, *data, **options):
    return stability(model, *data, **QUICK | options)


@pytest.mark.parametrize("phi", [0.3, 0.8, 0.97])
def test_one_lag_is_exact(phi):
    model = fitted_ar((phi,))
    found, result = float(model.coef_.iloc[0, 0]), quick(model)
    np.testing.assert_allclose(result.lipschitz["lipschitz"], np.abs(found) ** np.arange(1, 13), rtol=1e-12)
    assert result.lyapunov == pytest.approx(np.log(abs(found)), rel=1e-12)
    assert result.spectral_radius == pytest.approx(abs(found), rel=1e-12)
    assert (result.lyapunov_error, result.exact, result.is_bounded) == (0.0, True, True)
    assert result.forgotten_after == np.ceil(np.log(0.1) / np.log(abs(found)))


def test_complex_roots():
    model = fitted_ar((1.6, -0.85))
    result = quick(model, horizon=40)
    radius = np.sqrt(-float(model.coef_.iloc[0, 1]))
    assert result.spectral_radius == pytest.approx(radius, rel=1e-10)
    growth = result.lipschitz["lipschitz"]
    assert growth.iloc[0] > 1.5  # passing growth, though errors fade in the end
    slope = np.polyfit(np.arange(10, 41), np.log(growth.iloc[9:]), 1)[0]
    assert slope == pytest.approx(np.log(radius), abs=0.01)


def test_a_linear_network_has_the_numbers_of_its_autoregression():
    model = fitted(max_steps=1, learning_rate=1e-12, ridge=0.0, precision="64-true")
    same = ARForecaster(order=4).fit(model.panel_)
    ours, exact = quick(model), quick(same)
    np.testing.assert_allclose(ours.lipschitz, exact.lipschitz, rtol=1e-5)
    assert ours.spectral_radius == pytest.approx(exact.spectral_radius, rel=1e-5)
    assert ours.lyapunov == pytest.approx(exact.lyapunov, abs=0.02)
    for column in ("rmse", "expected", "state_rmse", "bound"):
        np.testing.assert_allclose(ours.error_growth[column], exact.error_growth[column], rtol=0.1)


@pytest.mark.parametrize(
    ("options", "roots"),
    [
        ({"differences": 1}, "a unit root"),
        ({"differences": 1, "seasonal_differences": 1, "seasonal_period": 7}, "2 unit"),
    ],
)
def test_differences_are_neutral(options, roots):
    result = quick(fitted_ar((0.5,), **options))
    assert (result.spectral_radius, result.lyapunov, result.verdict) == (1.0, 0.0, "neutral")
    assert not result.is_bounded
    assert roots in result.summary()


@pytest.mark.parametrize("model", [NaiveForecaster(), NaiveForecaster(seasonal_period=7), DriftForecaster()])
def test_walks_are_neutral(model):
    result = quick(model.fit(autoregression(100)))
    assert (result.verdict, result.lyapunov, result.is_bounded) == ("neutral", 0.0, False)
    assert result.spectral_radius == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(result.lipschitz["lipschitz"], 1.0)


def test_an_explosive_autoregression_doubles():
    y = pd.Series(1.2 ** np.arange(40) + np.random.default_rng(0).standard_normal(40))
    result = quick(ARForecaster(order=1, trend="n").fit(y))
    assert result.verdict == "expanding"
    assert result.doubling_time == pytest.approx(np.log(2) / np.log(1.2), rel=0.01)
    assert "expanding: errors double every 3.8 steps" in result.summary()
    assert not result.is_bounded
    assert result.escaped == 1


@pytest.mark.parametrize(
    "model",
    [
        lambda: fitted_ar((1.2, -0.5)),
        lambda: fitted_ar((0.5,), differences=1),
        fitted,
        lambda: fitted(block_size=3),
        lambda: fitted(block_size=6, scaler="window"),
        lambda: fitted(head="mixture", scaler=None),
        lambda: driven()[0],
    ],
)
def test_no_error_exceeds_the_bound(model):
    growth = quick(model()).error_growth.dropna()
    assert len(growth)
    assert (growth["rmse"] <= growth["state_rmse"] * (1 + 1e-9)).all()
    assert (growth["state_rmse"] <= growth["bound"] * (1 + 1e-6)).all()
    np.testing.assert_allclose(growth["new"] + growth["fed_back"], growth["bound"])


def test_errors_of_independent_residuals_are_expected():
    y = autoregression(3000, (0.8,))
    result = quick(ARForecaster(order=1).fit(y), n_states=3000)
    growth = result.error_growth
    phi, sigma = 0.8, 1 / y.std()
    np.testing.assert_allclose(growth["expected"], sigma * np.sqrt(np.cumsum(phi ** (2 * np.arange(12)))), rtol=0.04)
    np.testing.assert_allclose(growth["rmse"], growth["expected"], rtol=0.06)


def test_a_network_that_is_a_tent_map_has_the_logarithm_of_its_slope():
    model, slope = tent(1.9), np.log(1.9)
    result = quick(model, n_steps=2000)
    assert result.lyapunov == pytest.approx(slope, rel=1e-6)  # the slope is the same everywhere
    np.testing.assert_allclose(result.lipschitz["lipschitz"], 1.9 ** np.arange(1, 13), rtol=1e-6)
    np.testing.assert_allclose(result.lipschitz["typical_gain"], 1.9 ** np.arange(1, 13), rtol=1e-6)
    assert result.doubling_time == pytest.approx(np.log(2) / slope, rel=1e-6)
    assert result.verdict == "expanding"


def test_measured_errors_are_those_of_predict():
    model, y = fitted(), autoregression(200, (1.2, -0.5))
    result = quick(model, n_states=1)
    errors = model.predict(12, y=y.iloc[:4]).to_numpy() - y.iloc[4:16].to_numpy()
    np.testing.assert_allclose(result.error_growth["rmse"], np.abs(errors) / y.std(ddof=0), rtol=1e-9)


@pytest.mark.parametrize("backbone", ["causal_cnn", "gru", "lstm", "attention"])
def test_every_backbone_is_looked_at(backbone):
    result = quick(fitted(backbone=backbone), n_steps=100)
    assert result.verdict == "contracting"
    assert f"the {backbone} backbone goes on" in result.summary()


def test_blocks_have_numbers_at_their_ends():
    result = quick(fitted(block_size=5))
    assert result.error_growth.index[-1] == 15  # whole blocks
    assert result.lipschitz["lipschitz"].dropna().index.tolist() == [5, 10, 15]
    assert result.lipschitz["gain"].notna().all()
    assert "5 steps at a time" in result.summary()


def test_series_are_told_apart():
    y = three()
    result = quick(ARForecaster(order=1).fit(y))
    table = result.by_series
    assert table.index.tolist() == ["s0", "s1", "s2", "overall"]
    assert table["lyapunov"].iloc[:3].is_monotonic_increasing
    assert table.loc["overall", "lyapunov"] == result.lyapunov == table.loc["s2", "lyapunov"]
    assert result.of("s1").lyapunov == table.loc["s1", "lyapunov"]
    assert len(result.of("s1").by_series) == 1
    each = pd.concat([result.of(name).error_growth["rmse"] for name in y], axis=1)
    np.testing.assert_allclose(result.error_growth["rmse"], np.sqrt((each**2).mean(axis=1)))
    alone = quick(ARForecaster(order=1).fit(y[["s1"]]))
    pd.testing.assert_frame_equal(alone.error_growth, result.of("s1").error_growth)
    with pytest.raises(InvalidParameterError, match="did you mean 's1'"):
        result.of("s1 ")


def test_a_network_tells_its_series_apart():
    result = quick(network().fit(three()), n_steps=100)
    assert result.by_series.index.tolist() == ["s0", "s1", "s2", "overall"]
    assert "3 series: 3 contracting" in result.summary()


def test_series_too_short_for_a_state_are_left_out():
    y = three()
    y.iloc[:-3, 0] = np.nan
    with pytest.warns(UserWarning, match="shorter"):
        model = network().fit(y)
    result = quick(model, n_steps=100)
    assert np.isnan(result.by_series.loc["s0", "lyapunov"])
    assert np.isfinite(result.lyapunov)
    with pytest.raises(InvalidFrameError, match="reads 4 values, and the longest series has 3"):
        quick(model, y.iloc[-3:])


def test_other_series_are_looked_at_with_the_fitted_parameters():
    model, other = fitted_ar((0.8,)), autoregression(150, (0.8,), seed=7)
    result = quick(model, other)
    assert result.lyapunov == quick(model).lyapunov
    assert (result.error_growth["rmse"] != quick(model).error_growth["rmse"]).all()


def test_missing_values_are_no_part_of_states():
    y = autoregression(150, (1.2, -0.5))
    y.iloc[[20, 21, 60, 100, 101]] = np.nan
    for model in (ARForecaster(order=2), network()):
        growth = quick(model.fit(y)).error_growth
        assert growth.notna().all(axis=None)
        assert (growth["rmse"] < 3).all()


def test_covariates_are_those_of_the_data():
    model, y, X = driven()
    result = quick(model)
    assert "Covariates are held" in result.summary()
    pd.testing.assert_frame_equal(result.error_growth, quick(model, y, X).error_growth)
    linear = quick(ARForecaster(order=1).fit(y, X[["open"]].astype(float)))
    assert (linear.error_growth["rmse"] <= linear.error_growth["bound"]).all()


def test_a_mixture_is_looked_at_by_its_heaviest():
    model = ARForecaster().fit(autoregression(200, (0.8,)))
    result = quick(model)
    heaviest = 1 / np.abs(model.roots_).min()
    if not model.members_.iloc[int(model.weights_.iloc[0].argmax())][["differences", "seasonal_differences"]].any():
        assert result.spectral_radius == pytest.approx(heaviest)
    assert "heaviest" in result.summary()


def test_equal_seeds_give_equal_results():
    once, again = (quick(fitted(), random_state=3) for _ in range(2))
    pd.testing.assert_frame_equal(once.by_series, again.by_series)


def test_what_feeds_nothing_back_is_refused():
    direct = ARForecaster(order=2, strategy="direct", horizon=5).fit(autoregression(100))
    with pytest.raises(NotSupportedError, match="nothing is fed back"):
        quick(direct)
    with pytest.raises(NotSupportedError, match="forecasters of forecastkit"):
        quick(object())
    with pytest.raises(NotFittedError):
        quick(ARForecaster())


@pytest.mark.parametrize(
    ("name", "value"),
    [("horizon", 0), ("n_states", 0), ("n_steps", 1.5), ("n_paths", 0), ("reach", -1.0), ("random_state", "x")],
)
def test_wrong_parameters_are_named(name, value):
    with pytest.raises(InvalidParameterError, match=name):
        quick(fitted_ar(), **{name: value})


def test_the_threads_of_torch_are_left_as_they_were():
    import torch

    before = torch.get_num_threads()
    quick(fitted(), n_steps=20)
    assert torch.get_num_threads() == before


def test_linear_models_need_no_torch():
    code = (
        "import sys, pandas as pd, forecastkit as fk; from forecastkit.evaluation.stability import stability_section; "
        "model = fk.ARForecaster(order=1).fit(pd.Series([1.0, 3, 2, 4, 1, 3, 2, 3])); "
        "stability_section(model, horizon=3, n_steps=10); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


@pytest.mark.slow
def test_a_network_that_learned_the_logistic_map_doubles_errors():
    model = NARForecaster(
        order=1, hidden_size=32, max_steps=3000, learning_rate=5e-3, linear_skip=False, validation_size=0,
        precision="64-true", random_state=0,
    ).fit(logistic())  # fmt: skip
    result = stability(model, horizon=6, n_steps=5000)
    assert result.lyapunov == pytest.approx(np.log(2), abs=0.1)  # the tip of the parabola is learned only so well
    assert result.verdict == "expanding"
    assert result.doubling_time == pytest.approx(1.0, abs=0.2)
