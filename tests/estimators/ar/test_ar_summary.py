import numpy as np
import pandas as pd
import pytest
from layouts import INDEXES, wide_frame
from statsmodels.tsa.ar_model import AutoReg

from forecastkit import ARForecaster
from forecastkit.errors import DataWarning


def test_one_series_shows_the_table_of_autoreg():
    y = wide_frame("quarters")["north"]
    model = ARForecaster(order=2, trend="ct").fit(y)
    text = model.summary().as_text()
    reference = AutoReg(y.to_numpy(), 2, trend="ct").fit()
    for name, row in zip(["const", "trend", "y.L1", "y.L2"], range(4), strict=True):
        line = next(line for line in text.splitlines() if line.startswith(name)).split()
        expected = [
            reference.params[row],
            reference.bse[row],
            reference.tvalues[row],
            reference.pvalues[row],
            *reference.conf_int()[row],
        ]
        np.testing.assert_allclose([float(item) for item in line[1:]], expected, atol=6e-4)
    for part in ("ARForecaster: north", "AR(2), order given", "2010Q1 to 2021Q4", model.panel_.calendar.label):
        assert part in text
    for name, value in (("Log likelihood", reference.llf), ("Std. dev. of innovations", reference.sigma2**0.5)):
        line = next(line for line in text.splitlines() if f"{name}:" in line)
        assert float(line.split()[-1]) == pytest.approx(value, rel=1e-4)
    assert f"{reference.aic:.3f}" in text
    assert f"{reference.bic:.3f}" in text
    assert "AR.2" in text


def test_many_series_get_a_line_each_and_the_first_twenty_are_shown():
    rng = np.random.default_rng(0)
    wide = pd.DataFrame(rng.standard_normal((48, 25)), index=INDEXES["days"], columns=[f"s{i}" for i in range(25)])
    text = ARForecaster(order=1).fit(wide).summary().as_text()
    assert "25 series, daily" in text
    assert "s19" in text
    assert "s20" not in text
    assert "The first 20 of 25 series" in text


def test_no_lags_an_exact_fit_and_a_missing_model_are_shown_without_fuss():
    index = INDEXES["days"]
    exact = ARForecaster(order="aic").fit(pd.Series(5.0, index=index)).summary().as_text()
    assert "AR(0), order aic" in exact
    assert "inf" in exact
    assert "Roots" not in exact
    ARForecaster(order=0, trend="n").fit(wide_frame()["north"]).summary().as_text()
    with pytest.warns(DataWarning):
        missing = ARForecaster(order=9, on_error="naive").fit(wide_frame(n=9)["north"])
    assert "nan" in missing.summary().as_text()


def test_a_notebook_gets_html():
    assert "<table" in ARForecaster(order=1).fit(wide_frame()["north"]).summary().as_html()
