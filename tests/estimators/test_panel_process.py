from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from layouts import wide_frame
from scipy.stats import norm

from forecastkit.autoregression import LinearProcess
from forecastkit.errors import InvalidFrameError
from forecastkit.estimators.panel_process import PanelProcess
from forecastkit.frames import as_covariates, as_panel


def processes(panel, polynomial, *, sigma2=1.0, power=1.0, effects=None, differencing=(0, 0, 1), deterministic=(0, 0)):
    """The same process on every series."""
    n = panel.n_series
    return LinearProcess(
        polynomial=np.tile(np.asarray(polynomial, float), (n, 1)),
        deterministic=np.tile(np.asarray(deterministic, float), (n, 1)),
        sigma2=np.full(n, sigma2),
        time_origin=panel.starts - 1,
        conditioned=np.full(n, len(polynomial)),
        effects=np.empty((n, 0)) if effects is None else np.tile(np.asarray(effects, float), (n, 1)),
        power=np.full(n, power),
        slope_variance=np.zeros(n),
        differencing=differencing,
    )


def test_a_late_gap_widens_the_forecast_by_what_is_not_known_of_it():
    y = wide_frame(n=12)
    y.iloc[9:11, 0] = np.nan
    panel = as_panel(y)
    law = PanelProcess(processes(panel, [0.5, 0.3]), panel, 0).forecast(3)
    values = y["north"].to_numpy()
    # the law of (y_9, y_10, y_11, y_12, ...) given y_7, y_8, then given y_11
    steps, mean = np.eye(6), [values[7], values[8]]
    for t in range(6):
        mean.append(0.5 * mean[-1] + 0.3 * mean[-2])
        for j, phi in ((1, 0.5), (2, 0.3)):
            if t >= j:
                steps[t] += phi * steps[t - j]
    covariance, mean = steps @ steps.T, np.array(mean[2:])
    gain = covariance[3:, 2] / covariance[2, 2]
    np.testing.assert_allclose(law.mean[0], mean[3:] + gain * (values[11] - mean[2]), rtol=1e-10)
    np.testing.assert_allclose(law.variance[0], np.diag(covariance)[3:] - gain * covariance[2, 3:], rtol=1e-10)
    whole = PanelProcess(processes(panel, [0.5, 0.3]).select(np.array([1])), panel.select(np.array([1])), 0)
    np.testing.assert_allclose(law.mean[1], whole.forecast(3).mean[0], rtol=1e-12)
    np.testing.assert_allclose(law.variance[1], whole.forecast(3).variance[0], rtol=1e-12)


def test_errors_of_series_with_and_without_gaps_are_each_their_own():
    y = wide_frame(n=20)
    y.iloc[8, 1] = np.nan
    panel = as_panel(y)
    errors, variances = PanelProcess(processes(panel, [0.6]), panel, 0).errors()
    for i, name in enumerate(y):
        part = as_panel(y[name])
        alone = PanelProcess(processes(part, [0.6]), part, 0).errors()
        rows = slice(20 * i, 20 * i + 20)
        np.testing.assert_allclose(errors[rows], alone[0], rtol=1e-12)
        seen = ~np.isnan(alone[0])
        np.testing.assert_allclose(variances[rows][seen], alone[1][seen], rtol=1e-12)
    assert PanelProcess(processes(panel, [0.6]), panel, 0).gappy.tolist() == [False, True, False]


def test_covariates_are_differenced_as_the_values_are():
    panel = as_panel(pd.Series([1.0, 2.0, 4.0, 7.0], index=pd.RangeIndex(4)))
    X = as_covariates(pd.DataFrame({"x": [0.0, 1.0, 3.0, 3.0, 5.0, 6.0]}, index=pd.RangeIndex(6)), panel)
    on = PanelProcess(processes(panel, [1.0], effects=[2.0], differencing=(1, 0, 1)), panel, 0, X)
    np.testing.assert_allclose(on.past_drift, [0.0, 2.0, 4.0, 0.0])
    np.testing.assert_allclose(on.future_drift(2), [[4.0, 2.0]])
    np.testing.assert_allclose(on.forecast(2).mean, [[11.0, 13.0]])
    with pytest.raises(InvalidFrameError, match="fitted with covariates: give them as X"):
        replace(on, X=None).forecast(1)


def test_values_are_transformed_and_what_cannot_be_is_named():
    y = wide_frame(n=10)
    panel = as_panel(y)
    on = PanelProcess(processes(panel, [0.5], power=0.0), panel, 0)
    np.testing.assert_allclose(on.transformed.values, np.log(panel.values))
    y.iloc[[4, 6], 2] = [0.0, -3.0]
    bad = as_panel(y)
    with pytest.raises(
        InvalidFrameError, match=r"2 values of y cannot .* 0 of series 'east' at 2024-01-05: .*positive"
    ):
        PanelProcess(processes(bad, [0.5], power=0.0), bad, 0).errors()


def test_a_stationary_start_scores_the_first_values_by_the_stationary_law():
    panel = as_panel(pd.Series([1.0, 0.5, 2.0]))
    on = PanelProcess(replace(processes(panel, [0.8], sigma2=0.36), conditioned=np.zeros(1, int)), panel, 0, None, True)
    errors, variances = on.errors()
    np.testing.assert_allclose(errors, [1.0, 0.5 - 0.8, 2.0 - 0.4])
    np.testing.assert_allclose(variances, [1.0, 0.36, 0.36])


def test_the_law_of_a_gap_is_the_bridge_between_its_ends():
    panel = as_panel(pd.Series([1.0, np.nan, 3.0]))
    law = PanelProcess(processes(panel, [1.0], sigma2=2.0, differencing=(1, 0, 1)), panel, 0).gap(0)
    np.testing.assert_allclose(law.mean, [2.0])
    np.testing.assert_allclose(law.variance, [1.0])
    assert law.log_prob([2.0]) == pytest.approx(norm.logpdf(0.0))
