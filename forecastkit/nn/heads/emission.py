"""Emission: the law of the next values, as a head answers it."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor


class Emission(ABC):
    """Laws of the next s steps: one univariate law with distribution function F for every entry of a batch (..., s).

    Laws are immutable: every family is a frozen dataclass of tensors of shape (..., s), to which a mixture adds an axis
    of components, in the precision and on the device of the head. Steps are independent given the features: `log_prob`
    is marginal, and whoever wants a joint law within a block couples the normal values behind the draws (`from_normal`,
    `to_normal`), a Gaussian copula.

    Notes
    -----
    Gradients flow through `mean`, `scale`, `log_prob` and `scaled` of every family; through what inverts or draws only
    where it costs nothing (the Gaussian).

    Examples
    --------
    >>> from forecastkit.nn.heads import GaussianEmission
    >>> law = GaussianEmission(torch.tensor([1.0, 2.0]), torch.zeros(2))
    >>> law.quantile(torch.tensor([0.5])), law.scaled(0.0, 10.0).mean
    (tensor([[1., 2.]]), tensor([10., 20.]))
    """

    @property
    @abstractmethod
    def mean(self) -> Tensor:
        """Expectation, shape (..., s)."""

    @property
    @abstractmethod
    def scale(self) -> Tensor:
        """Standard deviation of the law, shape (..., s); not the σ of a family that has another."""

    @abstractmethod
    def log_prob(self, value: Tensor) -> Tensor:
        """Logarithm of the density at values that broadcast with (..., s)."""

    @abstractmethod
    def cdf(self, value: Tensor) -> Tensor:
        """Probability F(value) of at most values that broadcast with (..., s)."""

    @abstractmethod
    def from_normal(self, noise: Tensor) -> Tensor:
        """Draw F⁻¹(Φ(noise)) that a standard normal draw stands for: increasing, and exact far into both tails.

        Noise of shape (n, ..., s) gives n draws at once.
        """

    @abstractmethod
    def to_normal(self, value: Tensor) -> Tensor:
        """Give the normal value Φ⁻¹(F(value)) behind a value, within ±8.2: the inverse of `from_normal`."""

    @abstractmethod
    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """One draw of shape (..., s), without gradient, from the generator (None: torch's own)."""

    @abstractmethod
    def scaled(self, location: Tensor | float, scale: Tensor | float) -> Emission:
        """Law of location + scale · X, of the same family; its `log_prob` holds the Jacobian -log(scale).

        Both broadcast with (..., s); the scale is positive. This takes a law to the unit of the data, in float64
        if they are.
        """

    def quantile(self, probabilities: Tensor) -> Tensor:
        """Values F⁻¹(probabilities) of shape (q, ..., s) for q probabilities; 0 and 1 give what bounds the law."""
        mean = self.mean
        noise = torch.special.ndtri(probabilities).to(mean)
        return self.from_normal(noise.reshape(-1, *[1] * mean.dim()))


def moved(place: Tensor, location: Tensor | float, scale: Tensor | float) -> tuple[Tensor, Tensor]:
    """Location of a law after X -> location + scale · X, and the scale as a tensor that broadcasts with it.

    Parameters
    ----------
    place : Tensor, shape (..., s)
        The location before.
    location, scale : Tensor or float
        Of the map, broadcastable with (..., s).

    Returns
    -------
    location : Tensor, shape (..., s)
    scale : Tensor

    Examples
    --------
    >>> moved(torch.tensor([1.0]), 5.0, 2.0)
    (tensor([7.]), tensor(2.))
    """
    stretch = scale if isinstance(scale, Tensor) else torch.as_tensor(scale, dtype=place.dtype, device=place.device)
    return location + stretch * place, stretch
