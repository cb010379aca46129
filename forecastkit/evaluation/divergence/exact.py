"""The divergence of Gaussian laws in closed form, by lead time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...gaussian import kl_by_entry
from .common_past import LawPair


def exact_terms(pairs: Sequence[LawPair]) -> np.ndarray | None:
    """Terms of the chain rule where both laws are Gaussian behind the same transform.

    Parameters
    ----------
    pairs : sequence of LawPair
        One for each future of the covariates.

    Returns
    -------
    ndarray, shape (n_pairs, n_series, horizon), or None
        None where a law is not Gaussian, or a series has one transform under p and another under q: the same
        transform on both sides cancels.

    Notes
    -----
    O(horizon³) a series.
    """
    terms = [_series_terms(pair, i) for pair in pairs for i in range(len(pair.p.ids))]
    found = [each for each in terms if each is not None]
    if len(found) < len(terms):
        return None
    return np.reshape(found, (len(pairs), -1, pairs[0].p.horizon))


def _series_terms(pair: LawPair, i: int) -> np.ndarray | None:
    """Terms of one series."""
    one, other = pair.p.joint(i), pair.q.joint(i)
    if one is None or other is None or one.power != other.power:
        return None
    if np.array_equal(one.mean, other.mean) and np.array_equal(one.factor, other.factor):
        return np.zeros(len(one.mean))
    return kl_by_entry(one.mean, one.factor, other.mean, other.factor)
