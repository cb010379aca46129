"""Order of an AR(p) by criterion, n = 20,000 and up to 48 lags, against statsmodels' ar_select_order."""

from __future__ import annotations

import pandas as pd

from .ar_fit import values
from .timing import alternate, show

N, MAX_ORDER, CRITERIA = 20_000, 48, ("aic", "bic", "hqic")


def main() -> None:
    """Check that the choices agree, then time them."""
    from statsmodels.tsa.ar_model import ar_select_order

    import forecastkit as fk

    y = pd.Series(values(N), index=pd.date_range("2000-01-01", periods=N, freq="h"), name="y")
    bare = y.to_numpy()
    for criterion in CRITERIA:
        ours = fk.ARForecaster(order=criterion, max_order=MAX_ORDER).fit(y).order_
        assert ours == max(ar_select_order(bare, MAX_ORDER, ic=criterion).ar_lags), criterion
    calls = {
        "forecastkit ARForecaster.fit": lambda: fk.ARForecaster(order="bic", max_order=MAX_ORDER).fit(y),
        "statsmodels ar_select_order, bare array": lambda: ar_select_order(bare, MAX_ORDER, ic="bic"),
    }
    title = f"Order by BIC of up to {MAX_ORDER}, n = {N:,}: same order by {', '.join(CRITERIA)}"
    show(title, alternate(calls, 5), next(iter(calls)))


if __name__ == "__main__":
    main()
