"""The joint law of the next steps by a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from ...errors import ConvergenceError
from ...nn.heads import GaussianEmission, MixtureEmission
from ..path_law import PathLaw, StepLaws
from .emission_steps import component_draw, step_laws

if TYPE_CHECKING:
    import pandas as pd

    from ...models import AutoregressiveNetwork
    from ...nn.heads import Emission
    from ...windows import SeriesScaling, Window


@dataclass(frozen=True, eq=False)
class NetworkPathLaw(PathLaw):
    """Law of the next steps of a batch of series by a network, block after block.

    Parameters
    ----------
    network : AutoregressiveNetwork
        In float64.
    window : Window
        Last values of every series, and known covariates of the steps ahead.
    scaling : SeriesScaling
        Of the batch's series.
    horizon : int
        Steps ahead.
    ids : pandas.Index
        Names of the series.
    """

    network: AutoregressiveNetwork
    window: Window
    scaling: SeriesScaling
    horizon: int
    ids: pd.Index

    @property
    def width(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Numbers of one conditional law; every draw of a mixture's component is weighed under all components."""
        spec = self.network.specification
        return {"mixture": 2 * spec.n_components**2, "student_t": 8}.get(spec.head, 1)

    @property
    def positive(self) -> np.ndarray:
        """All series under the logarithm, else none."""
        return np.full(len(self.ids), self.scaling.log)

    def draw(self, n_samples: int, generators: Sequence[np.random.Generator]) -> tuple[np.ndarray, StepLaws]:
        """Joint paths and the laws of their steps."""
        shape, labels = (n_samples, self.horizon), None
        noise = np.stack([each.standard_normal(shape) for each in generators], axis=1)
        if self.network.specification.head == "mixture" and self.network.specification.block_size == 1:
            labels = torch.from_numpy(np.stack([each.random(shape) for each in generators], axis=1))
        scaled, steps = self._walk(torch.from_numpy(noise), drawn=True, labels=labels)
        return self._in_unit(scaled), steps

    def steps(self, paths: np.ndarray) -> StepLaws:
        """Laws of every step given the steps before it."""
        series = np.arange(len(self.ids))[:, None]
        possible = np.where(paths > 0, paths, 1.0) if self.scaling.log else paths
        return self._walk(torch.from_numpy(self.scaling.forward(possible, series)), drawn=False)[1]

    def select(self, index: np.ndarray) -> NetworkPathLaw:
        """Law of the series numbered in ``index``, in that order."""
        scaling = replace(self.scaling, center=self.scaling.center[index], scale=self.scaling.scale[index])
        window = self.window.select(torch.from_numpy(index))
        return replace(self, window=window, scaling=scaling, ids=self.ids[index])

    @torch.inference_mode()
    def _walk(
        self, given: torch.Tensor, *, drawn: bool, labels: torch.Tensor | None = None
    ) -> tuple[np.ndarray, StepLaws]:
        """Go along paths, and return them scaled and the laws met.

        ``given`` of shape (n_samples, batch, horizon) is the noise of paths to draw, or scaled paths; ``labels`` are
        uniform numbers that choose a mixture's component, which is faster than its quantiles.
        """
        network, s = self.network, self.network.specification.block_size
        n_samples, batch, horizon = given.shape

        def by_row(tensor: torch.Tensor) -> torch.Tensor:
            """Rows (batch * n_samples, steps) up to the end of the last block."""
            padded = torch.nn.functional.pad(tensor, (0, -horizon % s))
            return padded.transpose(0, 1).reshape(batch * n_samples, -1)

        rows, chosen = by_row(given), None if labels is None else by_row(labels)
        state, dependence = network.start(self.window, horizon).expanded(n_samples), network.dependence
        laws, normals, values = [], [], []
        for first in range(0, horizon, s):
            law, block = network.emit(state), rows[:, first : first + s]
            if drawn:
                normal = block @ dependence.T if s > 1 else block
                if chosen is not None and isinstance(law, MixtureEmission):
                    block = component_draw(law, normal, chosen[:, first : first + s])
                else:
                    block = law.from_normal(normal)
            elif s > 1:
                normal = _normal(law, block)
            else:
                normal = block
            laws.append(law)
            normals.append(normal)
            values.append(block)
            if first + s < horizon:
                state = network.advance(state, block)

        def shaped(parts: list[torch.Tensor]) -> torch.Tensor:
            """One tensor (n_samples, batch, horizon, ...) of the blocks' (batch * n_samples, s, ...)."""
            return torch.cat(parts, dim=1)[:, :horizon].unflatten(0, (batch, n_samples)).transpose(0, 1)

        center, scale = (torch.from_numpy(each)[:, None] for each in (self.scaling.center, self.scaling.scale))
        joined = type(laws[0])(*(shaped([getattr(law, f.name) for law in laws]) for f in fields(laws[0])))
        steps = step_laws(
            joined.scaled(center, scale), self.scaling.log, shaped(normals) if s > 1 else None, dependence
        )
        return shaped(values).numpy(), steps

    def _in_unit(self, scaled: np.ndarray) -> np.ndarray:
        """Paths in the data's unit."""
        with np.errstate(over="ignore"):
            paths = self.scaling.inverse(scaled, np.arange(len(self.ids))[:, None])
        finite = np.isfinite(paths)
        if not finite.all():
            _, i, k = np.argwhere(~finite)[0].tolist()
            raise ConvergenceError(
                f"a path of the network from the end of series {self.ids[i]!r} leaves the range of numbers at step "
                f"{k + 1}: the recursion is unstable. Fit again with linear_skip=False, rollout_steps above 1 or a "
                "larger block_size, or ask for a shorter horizon"
            )
        return paths


def _normal(law: Emission, block: torch.Tensor) -> torch.Tensor:
    """Values of a block on the normal scale; of a Gaussian however far away they are."""
    if isinstance(law, GaussianEmission):
        return (block - law.location) / law.scale
    return law.to_normal(block)
