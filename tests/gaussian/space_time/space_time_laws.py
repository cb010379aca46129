"""Simulated sensor networks with known covariances, and dense references."""

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from forecastkit.gaussian.space_time.conditional_weights import WindowLaw


def ring(sensors, persistence=0.9):
    """Transition matrix of a vector autoregression on a ring."""
    transition = np.zeros((sensors, sensors))
    for i in range(sensors):
        for j, weight in ((i, 0.6), ((i + 1) % sensors, 0.2), ((i - 1) % sensors, 0.2)):
            transition[i, j] += weight * persistence
    return transition


def simulate(transition, steps, rng):
    sensors = len(transition)
    x = np.zeros((steps + 100, sensors))
    for t in range(1, len(x)):
        x[t] = transition @ x[t - 1] + rng.standard_normal(sensors)
    return x[100:]


def covariance_at(transition, lag):
    stationary = solve_discrete_lyapunov(transition, np.eye(len(transition)))
    ahead = np.linalg.matrix_power(transition, abs(lag)) @ stationary
    return ahead if lag >= 0 else ahead.T


def true_law(transition, context):
    """The windows' law under the true process."""
    reach = 2 * context.reach
    tables = {lag: covariance_at(transition, lag) for lag in range(-reach, reach + 1)}
    laws = [
        [[tables[a - b][u, v] for v, b in zip(sensors, lags, strict=True)] for u, a in zip(sensors, lags, strict=True)]
        for sensors, lags in zip(context.sensors, context.lags, strict=True)
    ]
    return WindowLaw(context, np.array(laws))
