"""Smooth seasonal means: harmonics of given periods, shrunk by a ridge that grows with the frequency."""

from __future__ import annotations

import numpy as np

MOST_HARMONICS = 8
CHOICES = ((1, 3.0), (2, 3.0), (4, 3.0), (8, 3.0), (8, 30.0))
"""Pairs (most harmonics of a period, ridge) among which the season is chosen."""
_FOLDS = 5


def harmonic_basis(times: np.ndarray, periods: tuple[float, ...], harmonics: tuple[int, ...]) -> np.ndarray:
    """Columns 1, cos(2πkt/P), sin(2πkt/P), k = 1..H, of each period P; shape (T, 1 + 2 Σ H)."""
    columns = [np.ones(len(times))]
    for period, count in zip(periods, harmonics, strict=True):
        for k in range(1, count + 1):
            angle = 2.0 * np.pi * k * (np.asarray(times, float) / period)
            columns += [np.cos(angle), np.sin(angle)]
    return np.stack(columns, axis=1)


def fit_season(
    values: np.ndarray, times: np.ndarray, periods: tuple[float, ...], harmonics: tuple[int, ...], ridge: float
) -> np.ndarray:
    """Ridge regression of every sensor on the harmonics over its observed values.

    Parameters
    ----------
    values : ndarray, shape (T, N)
        NaN where missing.
    times : ndarray of int, shape (T,)
        Grid positions.
    periods, harmonics : tuple
        Season lengths in steps, and how many harmonics of each.
    ridge : float
        The k-th harmonic is penalised by ``ridge`` k², against a sum over rows; the constant almost not.

    Returns
    -------
    ndarray, shape (N, 1 + 2 Σ H)
        Zeros for a sensor without values.

    Notes
    -----
    O(T N p²) for p columns, as one product of matrices; the ridge keeps five days of a daily season safe.
    """
    observed = ~np.isnan(values)
    width = 1 + 2 * sum(harmonics)
    gram = np.zeros((values.shape[1], width * width))
    moment = np.zeros((values.shape[1], width))
    rows = max(1, 4_000_000 // (width * width))
    for start in range(0, len(values), rows):
        block = slice(start, start + rows)
        basis = harmonic_basis(times[block], periods, harmonics)
        squares = (basis[:, :, None] * basis[:, None, :]).reshape(len(basis), -1)
        gram += observed[block].T.astype(float) @ squares
        moment += np.where(observed[block], values[block], 0.0).T @ basis
    order = np.concatenate([[0], *[np.repeat(np.arange(1, h + 1), 2) for h in harmonics]]).astype(float)
    penalty = np.diag(ridge * order**2 + 1e-6)
    return np.linalg.solve(gram.reshape(-1, width, width) + penalty, moment[:, :, None])[:, :, 0]


def sensor_moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, deviation and count of the observed values of each sensor; mean and deviation 0 where there is none."""
    observed = ~np.isnan(values)
    count = observed.sum(axis=0)
    divisor = np.maximum(count, 1)
    mean = np.where(observed, values, 0.0).sum(axis=0) / divisor
    square = np.where(observed, (values - mean) ** 2, 0.0).sum(axis=0) / divisor
    return mean, np.sqrt(square), count


def choose_season(
    values: np.ndarray, times: np.ndarray, periods: tuple[float, ...]
) -> tuple[tuple[float, ...], tuple[int, ...], float]:
    """Choose the periods that the rows can show, the harmonics of each and the ridge, by contiguous blocks held out.

    Returns
    -------
    periods, harmonics, ridge
        A period longer than the span of the rows is left out. No periods at all means a constant mean.
    """
    span = float(times[-1] - times[0] + 1) if len(times) else 0.0
    kept = tuple(float(p) for p in periods if 2.0 <= p <= span)
    if not kept:
        return (), (), CHOICES[0][1]
    limits = [max(1, min(MOST_HARMONICS, int(p // 3))) for p in kept]
    block = max(1.0, min(kept[0], span / (2 * _FOLDS)))
    fold = (np.floor((times - times[0]) / block).astype(int)) % _FOLDS
    spread = sensor_moments(values)[1] ** 2
    best, answer = np.inf, (tuple(1 for _ in kept), CHOICES[0][1])
    tried: set[tuple[tuple[int, ...], float]] = set()
    for most, ridge in CHOICES:
        harmonics = tuple(min(most, limit) for limit in limits)
        if (harmonics, ridge) in tried:
            continue
        tried.add((harmonics, ridge))
        loss = 0.0
        for k in range(_FOLDS):
            inside, outside = fold != k, fold == k
            if not inside.any() or not outside.any():
                continue
            coefficients = fit_season(values[inside], times[inside], kept, harmonics, ridge)
            error = values[outside] - harmonic_basis(times[outside], kept, harmonics) @ coefficients.T
            loss += float(np.nansum(error**2 / np.where(spread > 0, spread, 1.0)))
        # A richer season has to earn its place: it must be better by half a percent.
        if loss < best * 0.995:
            best, answer = loss, (harmonics, ridge)
    return kept, *answer
