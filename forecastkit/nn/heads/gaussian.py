"""Gaussian laws, with one standard deviation a step or one that depends on the features."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .emission import Emission, moved
from .head import Head
from .log_scale import bounded_log_scale, raw_log_scale
from .standard_normal import NORMAL_BOUND, normal_cdf

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True, eq=False)
class GaussianEmission(Emission):
    """Gaussian laws N(μ, σ²), one for every entry.

    Parameters
    ----------
    location : Tensor, shape (..., s)
        μ.
    log_scale : Tensor, shape (..., s)
        log σ.

    Examples
    --------
    >>> law = GaussianEmission(torch.zeros(1), torch.zeros(1))
    >>> law.log_prob(torch.tensor([0.0]))
    tensor([-0.9189])
    """

    location: Tensor
    log_scale: Tensor

    @property
    def mean(self) -> Tensor:
        """Expectation μ."""
        return self.location

    @property
    def scale(self) -> Tensor:
        """Standard deviation σ."""
        return self.log_scale.exp()

    def log_prob(self, value: Tensor) -> Tensor:
        """Log density -½ z² - log σ - ½ log 2π, z = (value - μ) / σ."""
        return -0.5 * self._standardised(value) ** 2 - self.log_scale - _HALF_LOG_2PI

    def cdf(self, value: Tensor) -> Tensor:
        """Probability Φ(z) of at most the values."""
        return normal_cdf(self._standardised(value))

    def from_normal(self, noise: Tensor) -> Tensor:
        """Draw μ + σ · noise."""
        return self.location + self.scale * noise

    def to_normal(self, value: Tensor) -> Tensor:
        """Give the normal value z behind a value, within ±8.2."""
        return self._standardised(value).clamp(-NORMAL_BOUND, NORMAL_BOUND)

    @torch.no_grad()
    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """One draw of shape (..., s), without gradient."""
        mean = self.location
        return self.from_normal(torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device))

    def scaled(self, location: Tensor | float, scale: Tensor | float) -> GaussianEmission:
        """Law N(location + scale · μ, (scale · σ)²)."""
        place, stretch = moved(self.location, location, scale)
        return GaussianEmission(place, (self.log_scale + stretch.log()).expand_as(place))

    def _standardised(self, value: Tensor) -> Tensor:
        """Residuals in units of σ."""
        return (value - self.location) * torch.exp(-self.log_scale)


class GaussianHead(Head):
    """Gaussian laws with one standard deviation a step: y_i ~ N(location_i + w_i·h + b_i, σ_i²).

    Parameters
    ----------
    n_features : int
        Width d of the features h, 1 or more.
    n_steps : int, default=1
        Steps s, 1 or more.

    Attributes
    ----------
    log_scale : torch.nn.Parameter, shape (s,)
        log σ_i, bounded by `bounded_log_scale`; starts at σ = 1.

    Notes
    -----
    s (d + 2) parameters. The spread is the same whatever the past: the mean is then fitted by least squares.

    Examples
    --------
    >>> head = GaussianHead(n_features=3, n_steps=2)
    >>> head.start_at_zero(torch.tensor([1.0, 2.0]))
    >>> law = head(torch.ones(3), location=5.0)
    >>> law.mean.detach(), law.scale.detach()
    (tensor([5., 5.]), tensor([1.0000, 2.0000]))
    """

    def __init__(self, n_features: int, n_steps: int = 1) -> None:
        super().__init__(n_features, n_steps, n_parameters=1)
        self.log_scale = nn.Parameter(torch.zeros(n_steps))

    def _law(self, parameters: Tensor, location: Tensor) -> GaussianEmission:
        """Law with the mean of the features and a scale of its own."""
        mean = location + parameters.squeeze(-1)
        return GaussianEmission(mean, bounded_log_scale(self.log_scale).expand_as(mean))

    def _start(self, log_scale: Tensor) -> None:
        """Mean zero."""
        self._set_constant(torch.zeros_like(log_scale))
        self.log_scale.copy_(raw_log_scale(log_scale))


class HeteroscedasticHead(Head):
    """Gaussian laws whose spread follows the past: y_i ~ N(location_i + w_i·h + b_i, exp(u_i·h + c_i)).

    Parameters
    ----------
    n_features : int
        Width d of the features h, 1 or more.
    n_steps : int, default=1
        Steps s, 1 or more.

    Notes
    -----
    2 s (d + 1) parameters. A step's two outputs are the location and the log variance, half of which is bounded by
    `bounded_log_scale`. A mixture with one component is this head.

    References
    ----------
    D. A. Nix and A. S. Weigend (1994), Estimating the mean and variance of the target probability distribution, IEEE
    International Conference on Neural Networks.

    Examples
    --------
    >>> head = HeteroscedasticHead(n_features=3)
    >>> head.start_at_zero(2.0)
    >>> head(torch.ones(3)).scale.detach()
    tensor([2.0000])
    """

    def __init__(self, n_features: int, n_steps: int = 1) -> None:
        super().__init__(n_features, n_steps, n_parameters=2)

    def _law(self, parameters: Tensor, location: Tensor) -> GaussianEmission:
        """Law with mean and log variance of the features."""
        mean, log_variance = parameters.unbind(-1)
        return GaussianEmission(location + mean, bounded_log_scale(0.5 * log_variance))

    def _start(self, log_scale: Tensor) -> None:
        """Mean zero and a constant variance."""
        self._set_constant(torch.stack([torch.zeros_like(log_scale), 2.0 * raw_log_scale(log_scale)], dim=-1))
