"""Mixtures of Gaussians seen through the normal law: z = Φ⁻¹(F(x)) and its inverse, exact in both tails."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.special import ndtri

from .standard_normal import normal_cdf

_DEEPEST = 37.0  # Φ(-37) is the last probability that float64 holds with all its digits
_ITERATIONS = 100
_PRECISION = 1e-10
_EPSILON = torch.finfo(torch.float64).eps


def mixture_score(value: Tensor, weights: Tensor, means: Tensor, scales: Tensor) -> Tensor:
    """Give the normal value z with Φ(z) = F(x), for F(x) = Σ_k w_k Φ((x - m_k) / s_k).

    Parameters
    ----------
    value : Tensor, shape (...)
        x, in float64.
    weights, means, scales : Tensor, shape (..., C)
        w of sum 1, m and s > 0, in float64; their leading axes broadcast with those of the values.

    Returns
    -------
    Tensor
        Shape (...).

    Notes
    -----
    Computed in the tail that the value lies in, as 1 - F loses the digits of a small probability. O(C) a value.

    Examples
    --------
    >>> standard = torch.tensor([[1.0], [0.0], [1.0]], dtype=torch.float64)
    >>> mixture_score(torch.tensor([-8.0, 8.0], dtype=torch.float64), *standard).round(decimals=6)
    tensor([-8.,  8.], dtype=torch.float64)
    """
    z = (value[..., None] - means) / scales
    lower, upper = (weights * normal_cdf(z)).sum(-1), (weights * normal_cdf(-z)).sum(-1)
    return torch.where(lower < upper, ndtri(lower), -ndtri(upper))


def mixture_quantile(noise: Tensor, weights: Tensor, means: Tensor, scales: Tensor) -> Tensor:
    """Solve for the value x with F(x) = Φ(noise), for F(x) = Σ_k w_k Φ((x - m_k) / s_k); ±∞ stays itself.

    Parameters
    ----------
    noise : Tensor, shape (...)
        Standard normal values, in float64; beyond ±37 they count as ±37.
    weights, means, scales : Tensor, shape (..., C)
        As in `mixture_score`.

    Returns
    -------
    Tensor
        Shape (...).

    Notes
    -----
    x lies between the least and the greatest quantile m_k + s_k · noise of the components. Within, Newton's method on
    Φ⁻¹(F(x)), which is a straight line for a single Gaussian; where a step leaves the bracket or is not half the one
    before, bisection. It stops at 1e-10 both of the normal value and of the scale of the mixture. All entries advance
    together, and those that are done drop out: O(C) an entry and iteration, about six of which are needed.

    Examples
    --------
    >>> standard = torch.tensor([[1.0], [0.0], [1.0]], dtype=torch.float64)
    >>> mixture_quantile(torch.tensor([-8.0, 8.0], dtype=torch.float64), *standard).round(decimals=6)
    tensor([-8.,  8.], dtype=torch.float64)
    """
    shape = torch.broadcast_shapes(noise.shape, weights.shape[:-1])
    goal = noise.expand(shape).reshape(-1)
    flat = [each.expand(*shape, -1).reshape(-1, each.shape[-1]) for each in (weights, means, scales)]
    side = torch.where(goal > 0, -1.0, 1.0).to(goal)  # the upper tail is solved as the lower one of the mirror image
    mirrored = _lower_quantile(-goal.abs().clamp(max=_DEEPEST), flat[0], side[:, None] * flat[1], flat[2])
    return torch.where(goal.isinf(), goal, side * mirrored).reshape(shape)


def _lower_quantile(goal: Tensor, weights: Tensor, means: Tensor, scales: Tensor) -> Tensor:
    """Solve F(x) = Φ(goal) for goals of at most 0, shape (n,), and components (n, C)."""
    each = means + scales * goal[:, None]
    low, high = each.amin(-1), each.amax(-1)
    x = (weights * each).sum(-1).clamp(low, high)
    extent, last = (weights * scales).sum(-1), high - low  # the mean scale is at most the standard deviation
    result, place = torch.empty_like(x), torch.arange(len(x), device=x.device)
    for _ in range(_ITERATIONS):
        score, slope = _score_and_slope(x, weights, means, scales)
        error = score - goal
        newton = torch.where(error == 0, 0.0, -error / slope)
        low, high = torch.where(error < 0, x, low), torch.where(error < 0, high, x)
        inside = (x + newton >= low) & (x + newton <= high)
        settled = (error.abs() <= _PRECISION) & (newton.abs() <= _PRECISION * extent)
        step = torch.where(settled | (inside & (newton.abs() <= 0.5 * last)), newton, 0.5 * (low + high) - x)
        x, last = x + step, step.abs()
        result[place] = x
        keep = ~(settled | (high - low <= 4 * _EPSILON * torch.maximum(low.abs(), high.abs())))
        if not keep.any():
            break
        place, goal, weights, means, scales = (a[keep] for a in (place, goal, weights, means, scales))
        low, high, x, extent, last = (a[keep] for a in (low, high, x, extent, last))
    return result


def _score_and_slope(x: Tensor, weights: Tensor, means: Tensor, scales: Tensor) -> tuple[Tensor, Tensor]:
    """Evaluate Φ⁻¹(F(x)) and its derivative f(x) / φ(Φ⁻¹(F(x))); neither is finite where F rounds to 0 or 1."""
    z = (x[:, None] - means) / scales
    score = ndtri((weights * normal_cdf(z)).sum(-1))
    log_density = torch.logsumexp(weights.log() - 0.5 * z**2 - scales.log(), dim=-1)  # less ½ log 2π, as in φ
    return score, torch.exp(log_density + 0.5 * score**2)
