import numpy as np
import pandas as pd
from scipy.stats import norm

from forecastkit.autoregression import LinearProcess
from forecastkit.estimators.density import log_density, total_log_density
from forecastkit.estimators.panel_process import PanelProcess
from forecastkit.frames import as_panel

PANEL = as_panel(pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [1e6, 1e6, 1e6]}, index=pd.RangeIndex(3)))


def walks(panel, sigma2, power=1.0):
    """Random walks with given variances."""
    n = panel.n_series
    process = LinearProcess(
        polynomial=np.ones((n, 1)),
        deterministic=np.zeros((n, 2)),
        sigma2=np.array(sigma2),
        time_origin=panel.starts - 1,
        conditioned=np.ones(n, dtype=int),
        effects=np.empty((n, 0)),
        power=np.broadcast_to(power, n).astype(float),
        slope_variance=np.zeros(n),
    )
    return PanelProcess(process, panel, 0)


def test_densities_are_gaussian_with_each_series_variance():
    density = log_density(walks(PANEL, [4.0, 0.25]))
    errors = np.array([np.nan, 1.0, 2.0, np.nan, 0.0, 0.0])
    np.testing.assert_allclose(density, norm.logpdf(errors, scale=np.repeat([2.0, 0.5], 3)), rtol=1e-12)


def test_densities_of_transformed_values_hold_the_jacobian():
    panel = as_panel(pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [1.0, 4.0, 9.0]}, index=pd.RangeIndex(3)))
    density = log_density(walks(panel, [1.0, 1.0], power=[0.0, 0.5]))
    step = np.log(2.0)
    np.testing.assert_allclose(density[1:3], norm.logpdf([step, step]) - np.log([2.0, 4.0]), rtol=1e-12)
    np.testing.assert_allclose(density[4:], norm.logpdf([2.0, 2.0]) - 0.5 * np.log([4.0, 9.0]), rtol=1e-12)


def test_a_value_after_a_gap_has_the_variance_of_all_steps_since():
    panel = as_panel(pd.Series([1.0, np.nan, np.nan, 4.0]))
    np.testing.assert_allclose(log_density(walks(panel, [2.0]))[3], norm.logpdf(3.0, scale=np.sqrt(6.0)))


def test_without_variance_a_value_is_certain_or_impossible():
    values = {"a": [1.0, 1.0, 1.5], "b": [1e6, 1e6 + 1e-8, 1e6 + 1e-3]}
    panel = as_panel(pd.DataFrame(values, index=pd.RangeIndex(3)))
    density = log_density(walks(panel, [0.0, 0.0]))
    np.testing.assert_array_equal(density, [np.nan, np.inf, -np.inf, np.nan, np.inf, -np.inf])


def test_totals_leave_out_what_is_not_scored_and_an_impossible_value_wins():
    density = np.array([np.nan, -1.0, -2.0, np.inf, -np.inf, np.inf])
    np.testing.assert_array_equal(total_log_density(PANEL, density), [-3.0, -np.inf])
    np.testing.assert_array_equal(total_log_density(PANEL, np.array([np.nan, 1, 1, np.inf, 1, 1])), [2.0, np.inf])
