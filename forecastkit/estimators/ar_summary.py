"""The printed summary of a fitted ARForecaster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri
from statsmodels.iolib.summary import Summary
from statsmodels.iolib.table import SimpleTable
from statsmodels.iolib.tableformatting import fmt_params

from ..autoregression import AREstimates, polynomial_roots
from ..frames import Panel
from ..frames.wording import word

if TYPE_CHECKING:
    from .ar_attributes import ARAttributes

_MAX_SERIES = 20
_HEADER = fmt_params | {"data_aligns": "llr"}


def ar_summary(model: ARAttributes, panel: Panel, estimates: AREstimates) -> Summary:
    """Build the summary: one series' coefficients and roots, or a line for each of many series.

    Parameters
    ----------
    model : ARAttributes
        Fitted.
    panel : Panel
        Its training data.
    estimates : AREstimates
        Its estimates.

    Returns
    -------
    statsmodels.iolib.summary.Summary
    """
    summary = Summary()
    tables = _one_series(model, panel, estimates) if panel.n_series == 1 else _many_series(model, panel, estimates)
    summary.tables.extend(tables)
    if panel.n_series > _MAX_SERIES:
        summary.add_extra_txt(
            [f"The first {_MAX_SERIES} of {panel.n_series} series; coef_, sigma2_ and bse_ hold all."]
        )
    return summary


def _one_series(model: ARAttributes, panel: Panel, estimates: AREstimates) -> list[SimpleTable]:
    """Header, coefficient table and roots of a single series."""
    span = panel.calendar.stamps(np.array([panel.starts[0], panel.ends[0] - 1]))
    order = f"{model.order!r}" if isinstance(model.order, str) else "given"
    left = [
        ("Model:", f"AR({estimates.order[0]}), order {order}"),
        ("Method:", "conditional maximum likelihood"),
        ("Differences:", f"{model.differences}, seasonal {model.seasonal_differences}"),
        ("Sample:", f"{word(span[0])} to {word(span[1])}"),
        ("Frequency:", panel.calendar.label),
    ]
    right = [
        ("Observations:", f"{panel.lengths[0]}"),
        ("Log likelihood:", f"{estimates.log_likelihood[0]:.3f}"),
        ("AIC:", f"{estimates.aic[0]:.3f}"),
        ("BIC:", f"{estimates.bic[0]:.3f}"),
        ("Std. dev. of innovations:", f"{np.sqrt(estimates.sigma2[0]):.6g}"),
    ]
    header = [[f"{b}   ", c, d] for (_, b), (c, d) in zip(left, right, strict=True)]
    title = f"ARForecaster: {panel.ids[0]}"
    tables = [SimpleTable(header, stubs=[name for name, _ in left], title=title, txt_fmt=_HEADER)]
    names = ["const", "trend"][: estimates.deterministic.shape[1]] + [f"y.L{lag}" for lag in estimates.lags]
    values = np.concatenate([estimates.deterministic[0], estimates.coef[0]])
    errors = estimates.standard_errors[0]
    if names:
        with np.errstate(divide="ignore", invalid="ignore"):
            z = values / errors
        rows = [
            [f"{v:.4f}", f"{e:.3f}", f"{s:.3f}", f"{2 * ndtr(-abs(s)):.3f}", f"{v - w:.3f}", f"{v + w:.3f}"]
            for v, e, s, w in zip(values, errors, z, ndtri(0.975) * errors, strict=True)
        ]
        tables.append(
            SimpleTable(rows, ["coef", "std err", "z", "P>|z|", "[0.025", "0.975]"], names, txt_fmt=fmt_params)
        )
    roots = polynomial_roots(estimates.dense_coef()[0])
    if len(roots):
        rows = [[f"{r.real:.4f}", f"{r.imag:+.4f}j", f"{abs(r):.4f}", f"{np.angle(r) / 2 / np.pi:.4f}"] for r in roots]
        stubs = [f"AR.{i}" for i in range(1, len(roots) + 1)]
        headers = ["Real", "Imaginary", "Modulus", "Frequency"]
        tables.append(SimpleTable(rows, headers, stubs, title="Roots", txt_fmt=fmt_params))
    return tables


def _many_series(model: ARAttributes, panel: Panel, estimates: AREstimates) -> list[SimpleTable]:
    """One line a series."""
    n = min(panel.n_series, _MAX_SERIES)
    likelihood, aic = estimates.log_likelihood, estimates.aic
    rows = [
        [f"{panel.lengths[i]}", f"{estimates.order[i]}", f"{np.sqrt(estimates.sigma2[i]):.6g}", f"{likelihood[i]:.3f}",
         f"{aic[i]:.3f}"]
        for i in range(n)
    ]  # fmt: skip
    title = f"ARForecaster: {panel.n_series} series, {panel.calendar.label}"
    headers = ["Observations", "Order", "Std. dev.", "Log likelihood", "AIC"]
    return [SimpleTable(rows, headers, [str(i) for i in panel.ids[:n]], title=title, txt_fmt=fmt_params)]
