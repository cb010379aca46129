"""Student's t: laws with heavy tails, for series with outliers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import ndtr, ndtri, stdtr, stdtrit
from torch import Tensor, nn

from .emission import Emission, moved
from .head import Head
from .log_scale import bounded_log_scale, raw_log_scale
from .standard_normal import NORMAL_BOUND

_LEAST_EXCESS = 1e-3  # keeps ν apart from 2 in float32 too: the standard deviation is at most 45 σ
_FIRST_RAW_DEGREES = 8.0  # ν = 10: near the Gaussian, and not so near that the gradient of ν vanishes


@dataclass(frozen=True, eq=False)
class StudentTEmission(Emission):
    """Laws of μ + σ T, with T Student's t of ν > 2 degrees of freedom.

    Parameters
    ----------
    location : Tensor, shape (..., s)
        μ, the mean.
    log_scale : Tensor, shape (..., s)
        log σ; the standard deviation is σ √(ν / (ν - 2)).
    degrees : Tensor, shape (..., s)
        ν.

    Notes
    -----
    `cdf`, `quantile`, `from_normal` and `to_normal` are computed by SciPy on the CPU in float64, without gradient.

    References
    ----------
    R. W. Bailey (1994), Polar generation of random variates with the t-distribution, Mathematics of Computation 62.

    Examples
    --------
    >>> law = StudentTEmission(torch.zeros(1), torch.zeros(1), torch.tensor([4.0]))
    >>> law.scale, law.log_prob(torch.zeros(1))
    (tensor([1.4142]), tensor([-0.9808]))
    """

    location: Tensor
    log_scale: Tensor
    degrees: Tensor

    @property
    def mean(self) -> Tensor:
        """Expectation μ."""
        return self.location

    @property
    def scale(self) -> Tensor:
        """Standard deviation σ √(ν / (ν - 2))."""
        return self.log_scale.exp() * torch.sqrt(self.degrees / (self.degrees - 2.0))

    def log_prob(self, value: Tensor) -> Tensor:
        """Log density log Γ((ν+1)/2) - log Γ(ν/2) - ½ log νπ - log σ - (ν+1)/2 log(1 + t²/ν)."""
        nu = self.degrees
        peak = _log_gamma_ratio(0.5 * nu) - 0.5 * torch.log(math.pi * nu) - self.log_scale
        return peak - 0.5 * (nu + 1.0) * torch.log1p(self._standardised(value) ** 2 / nu)

    @torch.no_grad()
    def cdf(self, value: Tensor) -> Tensor:
        """Probability of at most the values."""
        return self._tensor(stdtr(_array(self.degrees), _array(self._standardised(value))))

    @torch.no_grad()
    def from_normal(self, noise: Tensor) -> Tensor:
        """Draw F⁻¹(Φ(noise)), computed in the lower tail, where probabilities keep their digits."""
        normal = _array(noise)
        tail = -np.abs(stdtrit(_array(self.degrees), ndtr(-np.abs(normal))))  # SciPy's quantile of 0 is +∞
        return self.location + self.log_scale.exp() * self._tensor(np.where(normal > 0, -tail, tail))

    @torch.no_grad()
    def to_normal(self, value: Tensor) -> Tensor:
        """Give the normal value Φ⁻¹(F(value)) behind a value, within ±8.2, computed in the lower tail as well."""
        t = _array(self._standardised(value))
        tail = ndtri(stdtr(_array(self.degrees), -np.abs(t)))
        return self._tensor(np.where(t > 0, -tail, tail)).clamp(-NORMAL_BOUND, NORMAL_BOUND)

    @torch.no_grad()
    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """One draw of shape (..., s), without gradient: Bailey's √(ν (U^(-2/ν) - 1)) cos 2πV, U and V uniform."""
        nu = self.degrees
        u, v = torch.rand((2, *nu.shape), generator=generator, dtype=nu.dtype, device=nu.device)
        radius = torch.sqrt(nu * torch.expm1(-2.0 / nu * torch.log1p(-u)))  # 1 - u is never 0
        return self.location + self.log_scale.exp() * radius * torch.cos(2 * math.pi * v)

    def scaled(self, location: Tensor | float, scale: Tensor | float) -> StudentTEmission:
        """Law of location + scale · X, with the same ν."""
        place, stretch = moved(self.location, location, scale)
        log_scale = (self.log_scale + stretch.log()).expand_as(place)
        return StudentTEmission(place, log_scale, self.degrees.expand_as(place).to(place))

    def _standardised(self, value: Tensor) -> Tensor:
        """Residuals t in units of σ."""
        return (value - self.location) * torch.exp(-self.log_scale)

    def _tensor(self, array: np.ndarray) -> Tensor:
        """Tensor of the precision and on the device of the law."""
        return torch.from_numpy(np.asarray(array)).to(self.location)


class StudentTHead(Head):
    """Student's t with location and scale of the features: y_i = location_i + w_i·h + b_i + exp(½ (u_i·h + c_i)) T_i.

    Parameters
    ----------
    n_features : int
        Width d of the features h, 1 or more.
    n_steps : int, default=1
        Steps s, 1 or more.

    Attributes
    ----------
    raw_degrees : torch.nn.Parameter, shape (s,)
        T_i has ν_i = 2 + softplus(raw) degrees of freedom (plus 0.001, so that the variance is finite in float32);
        starts at ν = 10.

    Notes
    -----
    s (2 d + 3) parameters. `start_at_zero` keeps ν and sets the standard deviation, not σ.

    References
    ----------
    K. L. Lange, R. J. A. Little and J. M. G. Taylor (1989), Robust statistical modeling using the t distribution,
    Journal of the American Statistical Association 84.

    Examples
    --------
    >>> head = StudentTHead(n_features=3)
    >>> head.start_at_zero(2.0)
    >>> head(torch.ones(3)).scale.detach()
    tensor([2.0000])
    """

    def __init__(self, n_features: int, n_steps: int = 1) -> None:
        super().__init__(n_features, n_steps, n_parameters=2)
        self.raw_degrees = nn.Parameter(torch.full((n_steps,), _FIRST_RAW_DEGREES))

    def _law(self, parameters: Tensor, location: Tensor) -> StudentTEmission:
        """Law with location and scale of the features and its own degrees of freedom."""
        centre, log_square = parameters.unbind(-1)
        place = location + centre
        return StudentTEmission(place, bounded_log_scale(0.5 * log_square), self._degrees().expand_as(place))

    def _start(self, log_scale: Tensor) -> None:
        """Mean zero and a constant σ = scale √((ν - 2) / ν)."""
        own = log_scale + 0.5 * torch.log1p(-2.0 / self._degrees())
        self._set_constant(torch.stack([torch.zeros_like(own), 2.0 * raw_log_scale(own)], dim=-1))

    def _degrees(self) -> Tensor:
        """Degrees of freedom ν, shape (s,)."""
        return 2.0 + _LEAST_EXCESS + nn.functional.softplus(self.raw_degrees)


def _log_gamma_ratio(x: Tensor) -> Tensor:
    """Difference log Γ(x + ½) - log Γ(x) for x >= 1; from 20 on a series, as the logarithms would cancel."""
    large = x.clamp(min=20.0)
    r = 1.0 / large
    series = 0.5 * large.log() - r / 8 + r**3 / 192 - r**5 / 640 + 17 * r**7 / 14336
    small = x.clamp(max=20.0)
    return torch.where(x >= 20.0, series, torch.lgamma(small + 0.5) - torch.lgamma(small))


def _array(tensor: Tensor) -> np.ndarray:
    """Values on the CPU in float64."""
    return tensor.detach().cpu().double().numpy()
