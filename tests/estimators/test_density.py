import numpy as np
import pandas as pd
from scipy.stats import norm

from forecastkit.estimators.density import log_density, total_log_density
from forecastkit.frames import as_panel

PANEL = as_panel(pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [1e6, 1e6, 1e6]}, index=pd.RangeIndex(3)))


def test_densities_are_gaussian_with_each_series_variance():
    errors = np.array([np.nan, 0.5, -1.0, 2.0, 0.0, 1.0])
    density = log_density(PANEL, errors, np.array([4.0, 0.25]))
    np.testing.assert_allclose(density, norm.logpdf(errors, scale=np.repeat([2.0, 0.5], 3)), rtol=1e-12)


def test_without_variance_a_value_is_certain_or_impossible():
    errors = np.array([np.nan, 0.5, 0.0, 1e-8, 1e-3, 0.0])
    density = log_density(PANEL, errors, np.array([0.0, 0.0]))
    np.testing.assert_array_equal(density, [np.nan, -np.inf, np.inf, np.inf, -np.inf, np.inf])


def test_totals_leave_out_what_is_not_scored_and_an_impossible_value_wins():
    density = np.array([np.nan, -1.0, -2.0, np.inf, -np.inf, np.inf])
    np.testing.assert_array_equal(total_log_density(PANEL, density), [-3.0, -np.inf])
    np.testing.assert_array_equal(total_log_density(PANEL, np.array([np.nan, 1, 1, np.inf, 1, 1])), [2.0, np.inf])
