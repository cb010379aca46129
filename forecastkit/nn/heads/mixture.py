"""Mixtures of Gaussians: laws of any shape, skewed or with several modes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .emission import Emission, moved
from .head import Head
from .log_scale import bounded_log_scale, raw_log_scale
from .mixture_quantile import mixture_quantile, mixture_score
from .standard_normal import NORMAL_BOUND, normal_cdf

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True, eq=False)
class MixtureEmission(Emission):
    """Laws with density Σ_k π_k N(y; location + μ_k, σ_k²), C components for every entry.

    Parameters
    ----------
    location : Tensor, shape (..., s)
        What all components are moved by.
    logits : Tensor, shape (..., s, C)
        Weights π = softmax(logits).
    offsets : Tensor, shape (..., s, C)
        μ_k, the means of the components seen from the location.
    log_scales : Tensor, shape (..., s, C)
        log σ_k.

    Notes
    -----
    `from_normal`, `to_normal` and `quantile` work in float64 and without gradient: a safeguarded Newton iteration on
    all entries at once, a handful of evaluations of O(C) an entry.

    Examples
    --------
    >>> two = torch.tensor([[-1.0, 1.0]])
    >>> law = MixtureEmission(torch.tensor([5.0]), torch.zeros(1, 2), two, torch.zeros(1, 2))
    >>> law.mean, law.scale, law.cdf(torch.tensor([5.0]))
    (tensor([5.]), tensor([1.4142]), tensor([0.5000]))
    """

    location: Tensor
    logits: Tensor
    offsets: Tensor
    log_scales: Tensor

    @property
    def weights(self) -> Tensor:
        """Weights π of the components, shape (..., s, C)."""
        return self.logits.softmax(-1)

    @property
    def mean(self) -> Tensor:
        """Expectation location + Σ_k π_k μ_k."""
        return self.location + self._mean_offset()

    @property
    def scale(self) -> Tensor:
        """Standard deviation, the root of Σ_k π_k (σ_k² + (μ_k - μ)²)."""
        spread = self.offsets - self._mean_offset()[..., None]
        return (self.weights * (torch.exp(2.0 * self.log_scales) + spread**2)).sum(-1).sqrt()

    def log_prob(self, value: Tensor) -> Tensor:
        """Log density by log-sum-exp of log π_k - ½ z_k² - log σ_k - ½ log 2π."""
        each = -0.5 * self._standardised(value) ** 2 - self.log_scales - _HALF_LOG_2PI
        return torch.logsumexp(self.logits.log_softmax(-1) + each, dim=-1)

    def cdf(self, value: Tensor) -> Tensor:
        """Probability Σ_k π_k Φ(z_k) of at most the values."""
        return (self.weights * normal_cdf(self._standardised(value))).sum(-1)

    @torch.no_grad()
    def from_normal(self, noise: Tensor) -> Tensor:
        """Draw F⁻¹(Φ(noise)); see `mixture_quantile`."""
        return self.location + mixture_quantile(_double(noise), *self._components()).to(self.location)

    @torch.no_grad()
    def to_normal(self, value: Tensor) -> Tensor:
        """Give the normal value Φ⁻¹(F(value)) behind a value, within ±8.2."""
        score = mixture_score(_double(value) - _double(self.location), *self._components())
        return score.to(self.location).clamp(-NORMAL_BOUND, NORMAL_BOUND)

    @torch.no_grad()
    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """One draw of shape (..., s), without gradient: a component, then its Gaussian."""
        place = self.location
        uniform = torch.rand(place.shape, generator=generator, dtype=place.dtype, device=place.device)
        noise = torch.randn(place.shape, generator=generator, dtype=place.dtype, device=place.device)
        bounds = self.weights.cumsum(-1)[..., :-1]
        chosen = (uniform[..., None] >= bounds).sum(-1, keepdim=True)
        offset, log_scale = (each.gather(-1, chosen).squeeze(-1) for each in (self.offsets, self.log_scales))
        return place + offset + log_scale.exp() * noise

    def scaled(self, location: Tensor | float, scale: Tensor | float) -> MixtureEmission:
        """Law of location + scale · X: the components are moved and stretched, their weights stay."""
        place, stretch = moved(self.location, location, scale)
        parts = self.logits, stretch[..., None] * self.offsets, self.log_scales + stretch[..., None].log()
        return MixtureEmission(place, *(part.expand(*place.shape, -1).to(place) for part in parts))

    def _mean_offset(self) -> Tensor:
        """Mean as seen from the location, Σ_k π_k μ_k.

        Terms are first added to those on the other side, so that a symmetric mixture has exactly the mean zero.
        """
        terms = self.weights * self.offsets
        return 0.5 * (terms + terms.flip(-1)).sum(-1)

    def _standardised(self, value: Tensor) -> Tensor:
        """Residuals in units of each component's σ, shape (..., s, C)."""
        return ((value - self.location)[..., None] - self.offsets) * torch.exp(-self.log_scales)

    def _components(self) -> tuple[Tensor, Tensor, Tensor]:
        """Weights, means as seen from the location, and scales in float64."""
        return _double(self.logits).softmax(-1), _double(self.offsets), _double(self.log_scales).exp()


class MixtureHead(Head):
    """Mixture density of C Gaussians, the conditional of Real NADE.

    Of the features h, for each step: logits z = W h + a with π = softmax(z), means μ = V h + b, and log variances
    s = U h + d' with σ² = exp(s); then y_i has the density Σ_k π_k N(y_i; location_i + μ_k, σ_k²).

    Parameters
    ----------
    n_features : int
        Width d of the features h, 1 or more.
    n_steps : int, default=1
        Steps s, 1 or more.
    n_components : int, default=5
        Gaussians C of a mixture, 1 or more; with 1 this is the heteroscedastic head.

    Notes
    -----
    3 C (d + 1) parameters a step; its outputs are the C logits, the C means and the C log variances. Half of a log
    variance is bounded by `bounded_log_scale`: no component can collapse onto a single value.

    `start_at_zero` gives equal weights and means at half the normal quantiles of (k - ½)/C: nearly the Gaussian of that
    standard deviation (excess kurtosis -0.04 for C = 5), yet with components that differ, so that their gradients do.

    References
    ----------
    C. M. Bishop (1994), Mixture density networks, Aston University, technical report NCRG/94/004.
    B. Uria, I. Murray and H. Larochelle (2013), RNADE: the real-valued neural autoregressive density-estimator,
    Advances in Neural Information Processing Systems 26.

    Examples
    --------
    >>> head = MixtureHead(n_features=3, n_components=2)
    >>> sum(weights.numel() for weights in head.parameters())
    24
    >>> head.start_at_zero()
    >>> head(torch.ones(3), location=5.0).mean.detach()
    tensor([5.])
    """

    def __init__(self, n_features: int, n_steps: int = 1, n_components: int = 5) -> None:
        super().__init__(n_features, n_steps, n_parameters=3 * n_components)
        self.n_components = n_components

    def _law(self, parameters: Tensor, location: Tensor) -> MixtureEmission:
        """Law with weights, means and variances of the features."""
        logits, offsets, log_variances = parameters.unflatten(-1, (3, self.n_components)).unbind(-2)
        return MixtureEmission(location, logits, offsets, bounded_log_scale(0.5 * log_variances))

    def _start(self, log_scale: Tensor) -> None:
        """Symmetric means of equal weight; the components have the variance that these leave."""
        middles = (torch.arange(self.n_components).to(log_scale) + 0.5) / self.n_components
        quantiles = torch.special.ndtri(middles)
        spread = 0.25 * (quantiles - quantiles.flip(0))  # half the quantiles, symmetric to the last bit
        own = log_scale + 0.5 * torch.log1p(-(spread**2).mean())
        log_variance = (2.0 * raw_log_scale(own))[:, None].expand(-1, self.n_components)
        offsets = log_scale.exp()[:, None] * spread
        self._set_constant(torch.cat([torch.zeros_like(offsets), offsets, log_variance], dim=-1))


def _double(tensor: Tensor) -> Tensor:
    """Values in float64; those on a device that has none (Apple's) on the CPU."""
    return (tensor.cpu() if tensor.device.type == "mps" else tensor).double()
