"""What training minimises: the one-step likelihood, and what keeps a free run on its way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import torch

from .rollout import mean_rollout
from .scheduled_sampling import Schedule, mixed_window, teacher_forcing

if TYPE_CHECKING:
    from torch import Tensor

    from ..nn.heads import Emission
    from ..windows import Window
    from .autoregressive import AutoregressiveNetwork

Loss = Literal["nll", "mse", "mae", "mase"]
_GROWTH = 0.5  # share of training after which a rollout has its full length


@dataclass(frozen=True)
class Objective:
    """Loss of a network on a batch of windows.

    The mean over what was observed of -log p(x_{t+1..t+s} | z_{≤t}), plus λ times the mean over j = 1..K of
    (x_{t+j} - x̂_{t+j|t})² / (2 σ²): z are the true past or, under scheduled sampling, the true past mixed with draws;
    x̂ the rollout of the mean, and σ the scale of the one-step law, a constant in this term. The scale parameters learn
    from the first term alone, and λ = 1 weighs a squared error of the rollout as the likelihood weighs one of its own.

    Parameters
    ----------
    loss : {"nll", "mse", "mae", "mase"}, default="nll"
        ``"mse"`` and ``"mae"`` teach the mean by its squared or absolute error, and the rest of the law by the
        likelihood given that mean; rollouts are then scored by the same errors. ``"mase"`` is ``"mae"`` with the weight
        that each series has.
    rollout_steps : int, default=1
        K; 1 for no rollouts. It grows from one block to K during the first half of training.
    rollout_weight : float, default=1.0
        λ, 0 or more.
    scheduled_sampling : {"linear", "exponential", "inverse_sigmoid"}, default=None
        Schedule of the probability that a past value is the true one.
    final_teacher_forcing : float, default=0.0
        That probability at the end of training, 0 to 1.
    bounds : (float, float), default=None
        Range to which a rollout is held while training, in the unit of the windows.

    References
    ----------
    .. [1] R. J. Williams and D. Zipser (1989), A learning algorithm for continually running fully recurrent neural
       networks, Neural Computation 1.
    """

    loss: Loss = "nll"
    rollout_steps: int = 1
    rollout_weight: float = 1.0
    scheduled_sampling: Schedule | None = None
    final_teacher_forcing: float = 0.0
    bounds: tuple[float, float] | None = None

    def training_loss(
        self, network: AutoregressiveNetwork, window: Window, progress: float, generator: torch.Generator
    ) -> Tensor:
        """Loss with gradients.

        Parameters
        ----------
        network : AutoregressiveNetwork
        window : Window
            Of order + n s values, n s at least K.
        progress : float
            Share of training that is done, 0 to 1.
        generator : torch.Generator
            Of scheduled sampling.

        Returns
        -------
        Tensor, scalar
        """
        read = window
        if self.scheduled_sampling is not None:
            true = teacher_forcing(self.scheduled_sampling, progress, self.final_teacher_forcing)
            read = mixed_window(network, window, true, generator)
        steps = round(1 + (self.rollout_steps - 1) * min(progress / _GROWTH, 1.0))
        return self._loss(network, window, read, steps)

    def validation_loss(self, network: AutoregressiveNetwork, window: Window) -> Tensor:
        """Loss of the true past, with rollouts of full length; of a loss of the mean, without the rest of the law."""
        return self._loss(network, window, window, self.rollout_steps, with_density=self.loss == "nll")

    def _loss(
        self, network: AutoregressiveNetwork, true: Window, read: Window, steps: int, *, with_density: bool = True
    ) -> Tensor:
        """Loss of targets ``true`` given the past ``read``, with rollouts of a number of steps."""
        order, s = network.specification.order, network.specification.block_size
        law = network.emissions(read)
        batch, n_blocks = law.mean.shape[:2]
        target = true.values[:, order:].reshape(batch, n_blocks, s)
        seen = None if true.observed is None else true.observed[:, order:].reshape(batch, n_blocks, s)
        weight = true.weight if self.loss == "mase" else None
        loss = _mean(self._one_step(law, target), seen, weight) if self.loss != "nll" else 0.0
        if with_density:
            loss = loss + _mean(self._density(law, target), seen)
        if steps > s and self.rollout_weight > 0:
            path = mean_rollout(network, replace(true, values=true.values[:, :order]), steps, self.bounds)
            errors = path - true.values[:, order : order + steps]
            errors = errors.abs() if self.loss in ("mae", "mase") else errors**2
            if self.loss == "nll":
                scale = law.scale.detach().flatten(1)[:, :1]
                errors = errors / (2 * scale**2)
            ahead = None if true.observed is None else true.observed[:, order : order + steps]
            loss = loss + self.rollout_weight * _mean(errors, ahead, weight)
        return torch.as_tensor(loss)

    def _one_step(self, law: Emission, target: Tensor) -> Tensor:
        """Error of the mean given the true past, of the shape of ``target``."""
        error = target - law.mean
        return error**2 if self.loss == "mse" else error.abs()

    def _density(self, law: Emission, target: Tensor) -> Tensor:
        """Negative log density of each value, which teaches the mean only where nothing else does."""
        if self.loss != "nll":
            target = target - law.mean.detach() + law.mean  # no gradient reaches the mean
        return -law.log_prob(target)


def _mean(values: Tensor, seen: Tensor | None, weight: Tensor | None = None) -> Tensor:
    """Mean over what was observed, each member of the batch with a weight."""
    if weight is not None:
        values = values * weight.view(-1, *[1] * (values.ndim - 1))
    if seen is None:
        return values.mean()
    return torch.where(seen, values, 0.0).sum() / seen.sum().clamp(min=1)
