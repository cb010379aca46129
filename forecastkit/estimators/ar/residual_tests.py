"""Tests of one-step errors, from statsmodels."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd


def residual_tests(errors: np.ndarray, n_lags: int | None, season: int, n_coefficients: int) -> pd.DataFrame:
    """Test errors for autocorrelation, normality and changing variance.

    Parameters
    ----------
    errors : ndarray, shape (n,)
        Standardised one-step errors without missing values.
    n_lags : int or None
        Lags of the tests of Ljung-Box and of Engle; None for min(10, n / 5), or min(2 s, n / 5) for a season s.
    season : int
        s, in steps, 1 for none.
    n_coefficients : int
        Fitted lags, which the degrees of freedom of Ljung-Box are less by, down to one.

    Returns
    -------
    DataFrame
        Indexed by test; NaN where there are too few errors.
    """
    from statsmodels.stats.diagnostic import acorr_ljungbox, het_arch
    from statsmodels.stats.stattools import jarque_bera

    n = len(errors)
    lags = n_lags or max(min(10 if season == 1 else 2 * season, n // 5), 1)
    rows: dict[str, tuple[float, float]] = dict.fromkeys(("Ljung-Box", "Jarque-Bera", "ARCH LM"), (np.nan, np.nan))
    if n > lags + 2 and np.ptp(errors) > 0:
        table = acorr_ljungbox(errors, lags=[lags], model_df=min(n_coefficients, lags - 1))
        rows["Ljung-Box"] = float(table["lb_stat"].iloc[0]), float(table["lb_pvalue"].iloc[0])
        rows["Jarque-Bera"] = tuple(map(float, jarque_bera(errors)[:2]))  # type: ignore[assignment]
        if n > 2 * lags + 2:
            with warnings.catch_warnings():  # statsmodels 0.15 announces another type of result
                warnings.simplefilter("ignore", FutureWarning)
                rows["ARCH LM"] = tuple(map(float, het_arch(errors, nlags=lags)[:2]))  # type: ignore[assignment]
    return pd.DataFrame(
        {
            "statistic": [statistic for statistic, _ in rows.values()],
            "p_value": [p for _, p in rows.values()],
            "n_lags": [lags, 0, lags],
            "null_hypothesis": ["no autocorrelation", "normal", "constant variance"],
        },
        index=pd.Index(rows, name="test"),
    )
