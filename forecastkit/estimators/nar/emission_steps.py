"""The laws of a network's head along paths, in the data's unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ...autoregression.marginal_law import MarginalLaws
from ...nn.heads import Emission, GaussianEmission, MixtureEmission
from ..path_law import GaussianSteps, StepLaws, strata

_COUPLED_STRATA = 4  # each costs an inversion of the distribution function
_MIRRORED = 4
_HALVES = 2


@dataclass(frozen=True, eq=False)
class EmissionSteps(StepLaws):
    """Laws of a head that is not Gaussian, coupled in a block by a Gaussian copula.

    log p(x_i | x_{<i}) = log f_i(x_i) + z_i²/2 - (z_i - m_i)²/(2 l_i²) - log l_i, with z_i = Φ⁻¹(F_i(x_i)), F_i and f_i
    the head's law, m_i and l_i mean and deviation of z_i given the earlier steps of the block.

    Parameters
    ----------
    law : Emission
        Of the values or of their logarithms, batch shape (n_samples, batch, horizon).
    log : bool
        Whether the laws are those of the logarithms.
    center, width : Tensor or None
        m of shape (n_samples, batch, horizon) and l of shape (horizon,); None for steps that are independent given
        the past.
    """

    law: Emission
    log: bool
    center: torch.Tensor | None = None
    width: torch.Tensor | None = None

    def log_density(self, values: np.ndarray) -> np.ndarray:
        """Log densities in the data's unit."""
        with torch.inference_mode(), np.errstate(divide="ignore", invalid="ignore"):
            seen = np.log(values) if self.log else values
            place = torch.from_numpy(np.ascontiguousarray(seen))
            density = self.law.log_prob(place)
            if self.center is not None and self.width is not None:
                z = self.law.to_normal(place)
                density = density + 0.5 * (z**2 - ((z - self.center) / self.width) ** 2) - self.width.log()
            return np.where(values > 0, density.numpy() - seen, -np.inf) if self.log else density.numpy()

    def draws(self, uniforms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Stratified draws: in the halves of each component of a mixture, else over all of the law, Student's t."""
        first = torch.from_numpy(uniforms)
        with torch.inference_mode():
            if self.center is not None and self.width is not None:
                scores = torch.special.ndtri(_strata(first, _COUPLED_STRATA))
                values, weights = self.law.from_normal(self.center + self.width * scores), None
            elif isinstance(self.law, MixtureEmission):
                values, weights = _mixture_draws(self.law, first)
            else:
                values, weights = _mirrored_draws(self.law, first), None
        drawn = values.numpy()
        equal = np.full((len(drawn), 1, 1, 1), 1 / len(drawn))
        return np.exp(drawn) if self.log else drawn, equal if weights is None else weights.numpy()


def step_laws(law: Emission, log: bool, normal: torch.Tensor | None, dependence: torch.Tensor) -> StepLaws:
    """Laws of the steps of paths given the steps before them.

    Parameters
    ----------
    law : Emission
        Marginal laws in each block, in the data's unit or its logarithm; batch shape (n_samples, batch, horizon).
    log : bool
        Whether they are laws of logarithms.
    normal : Tensor or None
        Values behind the paths on the normal scale, shape (n_samples, batch, horizon); None for blocks of one step.
    dependence : Tensor, shape (s, s)
        Lower Cholesky factor of the correlation in a block.

    Returns
    -------
    StepLaws
        Gaussian where the head is.
    """
    center = width = None
    if normal is not None:
        horizon, s = normal.shape[-1], len(dependence)
        padded = torch.nn.functional.pad(normal, (0, -horizon % s)).unflatten(-1, (-1, s))
        errors = torch.linalg.solve_triangular(dependence, padded.flatten(0, -2).T, upper=False).T.view(padded.shape)
        scale = dependence.diagonal()
        center = (padded - errors * scale).flatten(-2)[..., :horizon]
        width = scale.repeat(padded.shape[-2])[:horizon]
    if not isinstance(law, GaussianEmission):
        return EmissionSteps(law, log, center, width)
    mean, deviation = law.location, law.scale
    if center is not None and width is not None:
        mean, deviation = mean + deviation * center, deviation * width
    return GaussianSteps(MarginalLaws(mean.numpy(), deviation.numpy(), np.full((1, 1), 0.0 if log else 1.0)))


def component_draw(law: MixtureEmission, normal: torch.Tensor, uniform: torch.Tensor) -> torch.Tensor:
    """One draw of every mixture: a component by a uniform number, then its Gaussian; all of the shape of the law."""
    bounds = law.weights.cumsum(-1)[..., :-1]
    chosen = (uniform[..., None] >= bounds).sum(-1, keepdim=True)
    offset, log_scale = (each.gather(-1, chosen).squeeze(-1) for each in (law.offsets, law.log_scales))
    return law.location + offset + log_scale.exp() * normal


def _mixture_draws(law: MixtureEmission, uniform: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Draws in both halves of every component, and their weights."""
    scores = torch.special.ndtri(_strata(uniform, _HALVES))[..., None]
    values = law.location[..., None] + law.offsets + law.log_scales.exp() * scores
    weights = (law.weights / _HALVES).expand(values.shape)
    return values.movedim(-1, 0).flatten(0, 1), weights.movedim(-1, 0).flatten(0, 1)


def _mirrored_draws(law: Emission, uniform: torch.Tensor) -> torch.Tensor:
    """Draws in equal parts of the upper half of every law, which is symmetric, and their mirror images."""
    above = law.from_normal(-torch.special.ndtri(0.5 * _strata(uniform, _MIRRORED)))
    return torch.cat([above, 2 * law.mean - above])


def _strata(uniform: torch.Tensor, n: int) -> torch.Tensor:
    """One point in each of n equal parts of (0, 1), shape (n, ...)."""
    return torch.from_numpy(strata(uniform.numpy(), n))
