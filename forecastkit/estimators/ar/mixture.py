"""A weighted mixture of autoregressions on the series of a panel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import logsumexp

from ...autoregression import MixtureForecast
from ..density import log_density
from ..forecast import Forecast
from ..linear import one_step_law
from ..panel_process import PanelProcess

_CERTAIN = 1e4  # log density of a value that a member without any variance predicts exactly
_BATCH_SIZE = 4_000_000


def mixture_log_density(parts: Sequence[PanelProcess], weights: np.ndarray) -> np.ndarray:
    """Log density of every value under the mixture, given the values before it.

    log Σ_m w_m p_m(y_1..y_t) - log Σ_m w_m p_m(y_1..y_{t-1}), so that the sum over a series is the log-sum-exp of the
    members' log-likelihoods. All members are scored on the values that none of them conditions on.

    Parameters
    ----------
    parts : sequence of PanelProcess
        The members on the same panel.
    weights : ndarray, shape (n_series, n_members)
        w; a member of weight 0 is ignored for the series.

    Returns
    -------
    ndarray, shape (n_values,)
    """
    density, past = _scores(parts, weights)
    scored = np.isnan(density).sum(axis=1) == 0
    certain = np.isposinf(density).any(axis=1)
    after = logsumexp(past + np.where(scored[:, None], np.minimum(density, _CERTAIN), 0.0), axis=1)
    return np.where(scored, np.where(certain, np.inf, after - logsumexp(past, axis=1)), np.nan)


def mixture_one_step(parts: Sequence[PanelProcess], weights: np.ndarray) -> Forecast:
    """Law of every value of a panel given those before it, by which the members' weights are updated as well."""
    _, past = _scores(parts, weights)
    posterior = np.exp(past - logsumexp(past, axis=1, keepdims=True))
    return MixtureForecast([one_step_law(part) for part in parts], posterior)


def posterior_weights(parts: Sequence[PanelProcess], weights: np.ndarray) -> np.ndarray:
    """Weights of the members given all that is observed of each series, shape (n_series, n_members)."""
    density, past = _scores(parts, weights)
    last = parts[0].panel.offsets[1:] - 1
    total = past[last] + np.minimum(np.nan_to_num(density[last], neginf=-np.inf), _CERTAIN)
    total = np.where(np.isneginf(total).all(axis=1, keepdims=True), past[last], total)
    return np.exp(total - logsumexp(total, axis=1, keepdims=True))


def _scores(parts: Sequence[PanelProcess], weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Members' log densities, and log w_m plus their sums over the values before; shape (n_values, n_members) each."""
    panel = parts[0].panel
    used = weights[panel.series_index] > 0
    density = np.where(used, np.stack([log_density(part) for part in parts], axis=1), 0.0)
    density[np.isnan(density).any(axis=1)] = np.nan
    past = np.empty(density.shape)
    for batch in panel.batches(_BATCH_SIZE // len(parts)):
        places, inside = panel.padded_places(None, batch)
        steps = np.where(inside[:, :, None], np.nan_to_num(density[np.where(inside, places, 0)], neginf=-np.inf), 0.0)
        before = np.cumsum(np.minimum(steps, _CERTAIN), axis=1)[:, :-1]
        past[places[inside]] = np.concatenate([np.zeros_like(steps[:, :1]), before], axis=1)[inside]
    with np.errstate(divide="ignore"):
        prior = np.log(weights)[panel.series_index]
    after = prior + past
    after = np.where(np.isneginf(after).all(axis=1, keepdims=True), prior, after)  # no member can explain the past
    return np.where(used, density, 0.0), after
