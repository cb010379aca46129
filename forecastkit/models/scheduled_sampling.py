"""Scheduled sampling: training windows in which some past values are the network's own draws."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import torch

if TYPE_CHECKING:
    from ..windows import Window
    from .autoregressive import AutoregressiveNetwork

Schedule = Literal["linear", "exponential", "inverse_sigmoid"]
SCHEDULES: tuple[Schedule, ...] = ("linear", "exponential", "inverse_sigmoid")
_STEEPNESS = 10.0  # of the logistic curve: it starts 0.7 % below 1 and ends 0.7 % above the last value
_DECAY = 5.0  # the exponential ends exp(-5) = 0.7 % above the last value


def teacher_forcing(schedule: Schedule, progress: float, final: float = 0.0) -> float:
    """Probability q that a past value is the true one.

    q = q₁ + (1 - q₁) d(u), with u the share of training that is done and d(u) = 1 - u (linear), exp(-5 u) (exponential)
    or 1 / (1 + exp(10 (u - ½))) (inverse sigmoid); q₁ is ``final``.

    Parameters
    ----------
    schedule : {"linear", "exponential", "inverse_sigmoid"}
        How q decays.
    progress : float
        u, 0 to 1.
    final : float, default=0.0
        q₁, 0 to 1.

    Returns
    -------
    float

    References
    ----------
    .. [1] S. Bengio, O. Vinyals, N. Jaitly and N. Shazeer (2015), Scheduled sampling for sequence prediction with
       recurrent neural networks, section 2.4.

    Examples
    --------
    >>> [teacher_forcing("linear", u, final=0.5) for u in (0.0, 0.5, 1.0)]
    [1.0, 0.75, 0.5]
    """
    decay = {
        "linear": 1.0 - progress,
        "exponential": math.exp(-_DECAY * progress),
        "inverse_sigmoid": 1.0 / (1.0 + math.exp(_STEEPNESS * (progress - 0.5))),
    }[schedule]
    return final + (1.0 - final) * decay


@torch.no_grad()
def mixed_window(
    network: AutoregressiveNetwork, window: Window, probability: float, generator: torch.Generator
) -> Window:
    """Replace some of the values after the first ``order`` by draws of the network given what came before.

    z_s = m_s x_s + (1 - m_s) x̃_s with m_s ~ Bernoulli(q) and x̃_s ~ p(x_s | z_{<s}).

    Parameters
    ----------
    network : AutoregressiveNetwork
    window : Window
        Of order + n s values.
    probability : float
        q, of keeping the true value, 0 to 1.
    generator : torch.Generator
        Of the choices and draws.

    Returns
    -------
    Window
        The same first ``order`` values; no gradient flows through the draws.

    Notes
    -----
    One walk through the window, without gradients; the loss then takes one pass of teacher forcing over z.
    """
    order, s = network.specification.order, network.specification.block_size
    n_steps = window.values.shape[1] - order
    state, parts = network.start(window, n_steps), [window.values[:, :order]]
    for first in range(order, order + n_steps, s):
        true = window.values[:, first : first + s]
        draw = network.emit(state).sample(generator)[:, : true.shape[1]]
        kept = torch.rand(true.shape, generator=generator, dtype=true.dtype, device=true.device) < probability
        parts.append(torch.where(kept, true, draw))
        if first + s < order + n_steps:
            past = None if window.past is None else window.past[:, first : first + s]
            state = network.advance(state, parts[-1], past)
    return replace(window, values=torch.cat(parts, dim=1))
