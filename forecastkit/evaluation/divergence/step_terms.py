"""What each step of each path says about the divergence: log ratios, or divergences of the steps' laws."""

from __future__ import annotations

import numpy as np

from ...estimators.path_law import GaussianSteps, StepLaws
from ...gaussian import kl_univariate


def log_ratios(p: StepLaws, q: StepLaws, paths: np.ndarray) -> np.ndarray:
    """Difference log p(x_t | x_{<t}) - log q(x_t | x_{<t}) along paths of p; shape (n_samples, batch, horizon)."""
    if p is q:
        return np.zeros(paths.shape)
    return p.log_density(paths) - q.log_density(paths)


def closed_divergences(p: StepLaws, q: StepLaws) -> np.ndarray | None:
    """KL(p(x_t | x_{<t}) ‖ q(x_t | x_{<t})) in closed form, where both are Gaussian behind the same transform.

    Parameters
    ----------
    p, q : StepLaws
        Along the same paths.

    Returns
    -------
    ndarray or None
        Broadcasts against (n_samples, batch, horizon), NaN where a mean is not finite; None where there is none.
    """
    if p is q:
        return np.zeros((1, 1, 1))
    if not (isinstance(p, GaussianSteps) and isinstance(q, GaussianSteps)):
        return None
    one, other = p.laws, q.laws
    if not (one.power == other.power).all():
        return None
    if not (np.isfinite(one.mean).all() and np.isfinite(other.mean).all()):
        return one.mean - other.mean
    return kl_univariate(one.mean, one.deviation**2, other.mean, other.deviation**2)


def drawn_divergences(p: StepLaws, q: StepLaws, uniforms: np.ndarray) -> np.ndarray:
    """Estimate KL(p(x_t | x_{<t}) ‖ q(x_t | x_{<t})) without bias by stratified draws of every step.

    Parameters
    ----------
    p, q : StepLaws
        Along the same paths.
    uniforms : ndarray, shape (n_samples, batch, horizon)
        What the draws are made of.

    Returns
    -------
    ndarray, shape (n_samples, batch, horizon)
    """
    values, weights = p.draws(uniforms)
    ratio = p.log_density(values) - q.log_density(values)
    return np.where(weights > 0, weights * ratio, 0.0).sum(axis=0)
