"""The largest Lyapunov exponent: how fast two free runs that begin close to each other part."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

_ALIGNED = 0.1  # of the steps: until then the difference turns into the direction that grows most
_SEGMENTS = 20  # of a single run, whose means tell its standard error
_FAR = 1e6  # a run that is so far from zero has left whatever its map was made for


class LyapunovEstimate(NamedTuple):
    """Estimates of the largest exponent, in nats a step.

    Attributes
    ----------
    exponent : float
        λ, the mean over the starts: differences grow like exp(λ n) over n steps.
    standard_error : float
        Of the mean, from the spread of the starts, or of parts of the run of a single one.
    by_start : Tensor, shape (batch,)
        λ of each start.
    """

    exponent: float
    standard_error: float
    by_start: Tensor


def largest_lyapunov_exponent(
    step_map: Callable[[Tensor], Tensor], start: Tensor, n_steps: int, *, n_transient: int = 100
) -> LyapunovEstimate:
    """Estimate the largest Lyapunov exponent of a map by carrying a tangent vector along its runs.

    λ = lim 1/n log |D Fⁿ(x) v|, the product applied step by step to a vector v that is brought back to length one after
    each.

    Parameters
    ----------
    step_map : callable
        F, which maps states (batch, d) onto the next ones and is made of differentiable torch operations.
    start : Tensor, shape (batch, d)
        States to start from: several tell how certain the estimate is, and whether all runs end up alike.
    n_steps : int
        Steps that are counted, 1 or more; a tenth as many are taken before, for v to turn.
    n_transient : int, default=100
        Steps of the map before that, for the runs to settle.

    Returns
    -------
    LyapunovEstimate
        A run that leaves the range of numbers counts up to there.

    Notes
    -----
    One product of the Jacobian with a vector a step, by two backward passes.

    References
    ----------
    .. [1] G. Benettin, L. Galgani, A. Giorgilli and J.-M. Strelcyn (1980), Lyapunov characteristic exponents for smooth
       dynamical systems, Meccanica 15, part 2.

    Examples
    --------
    >>> def logistic(x):
    ...     return 4 * x * (1 - x)
    >>> start = torch.tensor([[0.1], [0.3]], dtype=torch.float64)
    >>> round(largest_lyapunov_exponent(logistic, start, 500).exponent, 1)  # log 2
    0.7
    """
    state = start.detach()
    with torch.no_grad():
        for _ in range(n_transient):
            state = step_map(state)
    tangent, states, growth = _first_tangent(state), [], []
    n_aligned = _n_aligned(n_steps)
    for _ in range(n_aligned + n_steps):
        states.append(state)
        state, pushed = _pushed_forward(step_map, state, tangent)
        tangent, log_length = _renewed(pushed)
        growth.append(log_length)
    sizes = torch.stack([each.abs().amax(dim=1) for each in states])
    return _estimate(torch.stack(growth), sizes, n_aligned)


def run_lyapunov_exponent(path: Tensor, gradients: Tensor) -> LyapunovEstimate:
    """Estimate the largest Lyapunov exponent of a state map from its Jacobians along runs.

    Parameters
    ----------
    path : Tensor, shape (batch, p + n_blocks s)
        Runs that have settled, from `StateMap.run`.
    gradients : Tensor, shape (batch, n_blocks, s, p)
        From `StateMap.run_gradients`.

    Returns
    -------
    LyapunovEstimate
        A step is one of the series, of which the map advances s at a time. The first tenth of a run is not counted.

    Notes
    -----
    Equal to `largest_lyapunov_exponent` of the map; all Jacobians are computed together, which is much faster.
    """
    n_blocks, s, p = gradients.shape[1:]
    tangent, growth = _first_tangent(path[:, :p]), []
    for j in range(n_blocks):
        new = (gradients[:, j] @ tangent[:, :, None])[:, :, 0]
        tangent, log_length = _renewed(torch.cat([tangent[:, s:], new], dim=1)[:, -p:])
        growth.append(log_length / s)
    sizes = path.abs().unfold(1, p, s)[:, :-1].amax(dim=2).T
    return _estimate(torch.stack(growth), sizes, round(_ALIGNED * n_blocks))


def _pushed_forward(step_map: Callable[[Tensor], Tensor], state: Tensor, tangent: Tensor) -> tuple[Tensor, Tensor]:
    """Map states, and tangent vectors by D F: u ↦ uᵀ D F is linear, so that its derivative along v is D F v."""
    with torch.enable_grad():
        leaf = state.detach().requires_grad_()
        following = step_map(leaf)
        weights = torch.zeros_like(following, requires_grad=True)
        pulled = torch.autograd.grad(following, leaf, weights, create_graph=True)[0]
        pushed = torch.autograd.grad(pulled, weights, tangent)[0]
    return following.detach(), pushed


def _n_aligned(n_steps: int) -> int:
    """Count the steps that are taken before."""
    return round(_ALIGNED * n_steps)


def _first_tangent(state: Tensor) -> Tensor:
    """Vectors of length one that no symmetry of a map makes special, shape (batch, d)."""
    vector = 1.0 + torch.arange(1, state.shape[1] + 1).to(state).cos()
    return (vector / vector.norm()).expand_as(state)


def _renewed(tangent: Tensor) -> tuple[Tensor, Tensor]:
    """Tangent vectors brought back to length one, and the logarithms of their lengths."""
    length = tangent.norm(dim=1)
    return tangent / torch.where(length > 0, length, 1.0)[:, None], length.log()


def _estimate(growth: Tensor, sizes: Tensor, n_aligned: int) -> LyapunovEstimate:
    """Average log growth (n_steps, batch) over the steps before a run gets too far, the first ones only if it does."""
    near = (sizes.nan_to_num(nan=torch.inf).cummax(dim=0).values <= _FAR) & ~growth.isnan()
    near[:n_aligned] &= ~near[-1]
    counted, total = near.sum(dim=0), torch.where(near, growth, 0.0).sum(dim=0)
    by_start = torch.where(counted > 0, total / counted.clamp(min=1), torch.inf)
    exponent, parts = float(by_start.mean()), by_start
    if len(by_start) == 1:
        within = growth[near[:, 0], 0]
        parts = torch.stack([part.mean() for part in within.tensor_split(_SEGMENTS) if len(part)])
    error = float(parts.std() / len(parts) ** 0.5) if len(parts) > 1 else float("nan")
    return LyapunovEstimate(exponent, error, by_start)
