"""Least squares on all windows of all series, stacked, to compare with."""

import numpy as np
from reference_fit import exact_least_squares


def windows(series, lags, horizon):
    """Values at the lags, latest first, and what follows them, of each series that is long enough."""
    span = max(lags) + horizon
    views = [np.lib.stride_tricks.sliding_window_view(y, span) for y in series if len(y) >= span]
    X = np.vstack([view[:, max(lags) - np.array(lags)] for view in views])
    return X, np.vstack([view[:, max(lags) :] for view in views])


def reference_map(series, lags, horizon, trend, ridge=0.0, window_mean=False, extended=False):
    """Map, intercept and residual covariance by least squares on the stacked rows."""
    X, Y = windows(series, lags, horizon)
    if extended:
        X, Y = X.astype(np.longdouble), Y.astype(np.longdouble)
    if window_mean:
        mean = X.mean(axis=1, keepdims=True)
        X, Y = X - mean, Y - mean
    design = np.column_stack([np.ones((len(X), int(trend == "c"))), X])
    d, p = design.shape[1] - X.shape[1], X.shape[1]
    penalty = np.zeros((p, d + p))
    penalty[:, d:] = np.diag(np.sqrt(len(X) * ridge) * X.std(axis=0))
    rows, targets = np.vstack([design, penalty]), np.vstack([Y, np.zeros((p, horizon))])
    if extended:
        theta = np.column_stack([exact_least_squares(rows, target)[0] for target in targets.T])
    else:
        theta = np.linalg.lstsq(rows, targets, rcond=None)[0]
    residuals = Y - design @ theta
    B = theta[d:].T
    if window_mean:
        B = B + (1 - B.sum(axis=1, keepdims=True)) / p
    intercept = theta[0] if d else np.zeros(horizon)
    return tuple(np.asarray(array, float) for array in (B, intercept, residuals.T @ residuals / len(X)))


def as_batch(series):
    """Right-aligned rows with NaN before each start, and lengths."""
    lengths = np.array([len(y) for y in series])
    batch = np.full((len(series), lengths.max()), np.nan)
    for row, y in zip(batch, series, strict=True):
        row[len(row) - len(y) :] = y
    return batch, lengths
