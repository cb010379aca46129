"""The printed summary of a fitted ARForecaster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri
from statsmodels.iolib.summary import Summary
from statsmodels.iolib.table import SimpleTable
from statsmodels.iolib.tableformatting import fmt_params

from ...autoregression import polynomial_roots
from ...frames import Panel
from ...frames.wording import word

if TYPE_CHECKING:
    from .forecaster import ARForecaster

_MAX_SERIES = 20
_MAX_ROOTS = 24
_HEADER = fmt_params | {"data_aligns": "llr"}


def ar_summary(model: ARForecaster, panel: Panel) -> Summary:
    """Build the summary: one series' coefficients, roots and residual tests, or a line for each of many series.

    Parameters
    ----------
    model : ARForecaster
        Fitted.
    panel : Panel
        Its training data.

    Returns
    -------
    statsmodels.iolib.summary.Summary
    """
    summary = Summary()
    tables = _one_series(model, panel) if panel.n_series == 1 else _many_series(model, panel)
    summary.tables.extend(tables)
    notes = []
    if len(model.members_) > 1:
        summary.tables.append(_members(model))
        notes.append(
            "The forecast is the mixture of the members; the rest describes the heaviest one, the first of equals."
        )
    if panel.n_series > _MAX_SERIES:
        notes.append(f"The first {_MAX_SERIES} of {panel.n_series} series; coef_, sigma2_ and bse_ hold all.")
    if notes:
        summary.add_extra_txt(notes)
    return summary


def _one_series(model: ARForecaster, panel: Panel) -> list[SimpleTable]:
    """Header, coefficients, roots and residual tests of a single series."""
    heaviest, variant = model._heaviest, model._members[model._which[0]].variant
    estimates, s = heaviest.estimates, variant.specification
    span = panel.calendar.stamps(np.array([panel.starts[0], panel.ends[0] - 1]))
    missing = int(panel.lengths[0] - panel.observed.sum())
    likelihood = float(model._log_likelihoods()[0])
    season = f", season {s.seasonal_period}" if s.seasonal_period > 1 else ""
    left = [
        ("Model:", f"AR({estimates.order[0]}), order {s.criterion or 'given'}"),
        ("Method:", _method(model, missing)),
        ("Transform:", _transform(variant.transform, float(heaviest.power[0]))),
        ("Differences:", f"{s.differences}, seasonal {s.seasonal_differences}{season}"),
        ("Sample:", f"{word(span[0])} to {word(span[1])}"),
        ("Frequency:", panel.calendar.label),
    ]
    right = [
        ("Observations:", f"{panel.observed.sum()}"),
        ("Missing values:", f"{missing}"),
        ("Log likelihood:", f"{likelihood:.3f}"),
        ("AIC:", f"{model._criterion(np.full(1, 2.0))[0]:.3f}"),
        ("BIC:", f"{model._criterion(np.log(np.maximum(estimates.n_rows, 1)))[0]:.3f}"),
        ("Std. dev. of innovations:", f"{np.sqrt(heaviest.sigma2[0]):.6g}"),
    ]
    header = [[f"{b}   ", c, d] for (_, b), (c, d) in zip(left, right, strict=True)]
    title = f"ARForecaster: {panel.ids[0]}"
    tables = [SimpleTable(header, stubs=[name for name, _ in left], title=title, txt_fmt=_HEADER)]
    tables += _coefficients(model)
    tables += _roots(polynomial_roots(estimates.dense_coef()[0]))
    tables += _residual_tests(model)
    return tables


def _method(model: ARForecaster, missing: int) -> str:
    """How the estimates were found."""
    if model.strategy == "direct":
        return f"direct map to {model.horizon} steps, least squares"
    if model.likelihood == "exact":
        return "exact maximum likelihood"
    return "conditional maximum likelihood" + (" by EM" if missing else "") + (", ridge" if model.ridge else "")


def _transform(name: str | None, power: float) -> str:
    """Words for a transform."""
    return {None: "none", "log": "logarithm"}.get(name, f"Box-Cox, power {power:.4f}")


def _coefficients(model: ARForecaster) -> list[SimpleTable]:
    """Estimates with standard errors, tests and 95 % intervals."""
    estimates, errors = model._heaviest.estimates, model.bse_
    names = [f"y.L{name}" if i >= errors.shape[1] - len(estimates.lags) else str(name) for i, name in enumerate(errors)]
    if not names:
        return []
    values = np.concatenate([estimates.deterministic[0], estimates.effects[0], estimates.coef[0]])
    deviations = errors.to_numpy()[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        z = values / deviations
    rows = [
        [f"{v:.4f}", f"{e:.3f}", f"{s:.3f}", f"{2 * ndtr(-abs(s)):.3f}", f"{v - w:.3f}", f"{v + w:.3f}"]
        for v, e, s, w in zip(values, deviations, z, ndtri(0.975) * deviations, strict=True)
    ]
    return [SimpleTable(rows, ["coef", "std err", "z", "P>|z|", "[0.025", "0.975]"], names, txt_fmt=fmt_params)]


def _roots(roots: np.ndarray) -> list[SimpleTable]:
    """Roots of the lag polynomial, those nearest to the unit circle first to go."""
    if not len(roots):
        return []
    shown = roots[:_MAX_ROOTS]
    rows = [[f"{r.real:.4f}", f"{r.imag:+.4f}j", f"{abs(r):.4f}", f"{np.angle(r) / 2 / np.pi:.4f}"] for r in shown]
    stubs = [f"AR.{i}" for i in range(1, len(shown) + 1)]
    title = "Roots" if len(shown) == len(roots) else f"Roots, the {len(shown)} of least modulus of {len(roots)}"
    return [SimpleTable(rows, ["Real", "Imaginary", "Modulus", "Frequency"], stubs, title=title, txt_fmt=fmt_params)]


def _residual_tests(model: ARForecaster) -> list[SimpleTable]:
    """Tabulate the tests of the residuals."""
    tests = model.residual_tests()
    columns = (tests[name] for name in ("statistic", "p_value", "null_hypothesis"))
    rows = [[f"{statistic:.3f}", f"{p:.3f}", str(null)] for statistic, p, null in zip(*columns, strict=True)]
    stubs = [str(name) for name in tests.index.get_level_values("test")]
    return [SimpleTable(rows, ["Statistic", "p-value", "If large"], stubs, title="Residuals", txt_fmt=fmt_params)]


def _members(model: ARForecaster) -> SimpleTable:
    """Members of the mixture and their mean weights."""
    members, weights = model.members_, model.weights_.mean()
    shown = members.astype(str).assign(weight=[f"{weight:.3f}" for weight in weights])
    rows, headers = shown.to_numpy().tolist(), list(shown.columns)
    return SimpleTable(rows, headers, [str(m) for m in members.index], title="Members", txt_fmt=fmt_params)


def _many_series(model: ARForecaster, panel: Panel) -> list[SimpleTable]:
    """One line a series."""
    n = min(panel.n_series, _MAX_SERIES)
    first = panel.select(np.arange(n))
    heaviest, likelihood = model._heaviest, model._log_likelihoods()
    aic = model._criterion(np.full(panel.n_series, 2.0))
    rows = [
        [f"{first.lengths[i]}", f"{heaviest.estimates.order[i]}", f"{np.sqrt(heaviest.sigma2[i]):.6g}",
         f"{likelihood[i]:.3f}", f"{aic[i]:.3f}"]
        for i in range(n)
    ]  # fmt: skip
    title = f"ARForecaster: {panel.n_series} series, {panel.calendar.label}"
    headers = ["Observations", "Order", "Std. dev.", "Log likelihood", "AIC"]
    return [SimpleTable(rows, headers, [str(i) for i in panel.ids[:n]], title=title, txt_fmt=fmt_params)]
