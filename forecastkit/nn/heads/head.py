"""Head: features in, the law of the next steps out."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from .emission import Emission
from .log_scale import as_scale


class Head(nn.Module, ABC):
    """One linear layer that turns features h into the parameters of a law for each of the next s steps.

    θ_i = A_i h + a_i for i = 1..s, and step i has the law p(· | θ_i), moved by its ``location``: the linear skip. Every
    step has its own weights; in `forward` all read the same features, in `steps` each its own.

    Parameters
    ----------
    n_features : int
        Width d of the features, 1 or more.
    n_steps : int
        Steps s that a call emits, 1 or more.
    n_parameters : int
        Parameters of a law that depend on the features.

    Attributes
    ----------
    output : torch.nn.Linear
        A and a: weights of shape (s · n_parameters, d), the parameters of a step next to each other.

    Notes
    -----
    O(s · n_parameters · d) a position. A family says how parameters become a law (`_law`) and where they start.
    """

    def __init__(self, n_features: int, n_steps: int, n_parameters: int) -> None:
        super().__init__()
        self.n_features = n_features
        self.n_steps = n_steps
        self.n_parameters = n_parameters
        self.output = nn.Linear(n_features, n_steps * n_parameters)

    def forward(self, features: Tensor, location: Tensor | float = 0.0) -> Emission:
        """Law of the next s steps, all from the same features.

        Parameters
        ----------
        features : Tensor, shape (..., d)
            What is known of the past.
        location : Tensor or float, default=0.0
            Added to the location of the law; broadcasts with (..., s).

        Returns
        -------
        Emission
            Of batch shape (..., s).
        """
        return self._moved(self.output(features).unflatten(-1, (self.n_steps, self.n_parameters)), location)

    def steps(self, features: Tensor, location: Tensor | float = 0.0) -> Emission:
        """Law of the next s steps, each from its own features with the same weights as in `forward`.

        Parameters
        ----------
        features : Tensor, shape (..., s, d)
            What is known of the past, and of the covariates up to each step.
        location : Tensor or float, default=0.0
            As in `forward`.

        Returns
        -------
        Emission
            Of batch shape (..., s).
        """
        shape = (self.n_steps, self.n_parameters)
        weight, bias = self.output.weight.unflatten(0, shape), self.output.bias.unflatten(0, shape)
        return self._moved(torch.einsum("...sd,skd->...sk", features, weight) + bias, location)

    @torch.no_grad()
    def start_at_zero(self, scale: Tensor | float = 1.0) -> None:
        """Set the weights so that the mean is exactly the location and the standard deviation is ``scale``.

        Parameters
        ----------
        scale : Tensor or float, default=1.0
            One for all steps, or of shape (s,); from 1e-7 to 1e8, in the unit of the values the head emits.

        Raises
        ------
        InvalidParameterError
            The scale has another shape or is outside its range.

        Notes
        -----
        The network then begins as the linear model that gives the location, and every departure is learned.
        """
        self._start(as_scale(scale, self.n_steps, self.output.weight).log())

    @abstractmethod
    def _law(self, parameters: Tensor, location: Tensor) -> Emission:
        """Law with parameters of shape (..., s, n_parameters), moved by the location of shape (..., s)."""

    @abstractmethod
    def _start(self, log_scale: Tensor) -> None:
        """Make every law one of mean 0 and of these log standard deviations, shape (s,)."""

    def _set_constant(self, parameters: Tensor) -> None:
        """Give parameters (s, n_parameters) whatever the features are."""
        self.output.weight.zero_()
        self.output.bias.copy_(parameters.flatten())

    def _moved(self, parameters: Tensor, location: Tensor | float) -> Emission:
        """Law with parameters and location brought to one batch shape."""
        place = torch.as_tensor(location, dtype=parameters.dtype, device=parameters.device)
        shape = torch.broadcast_shapes(parameters.shape[:-1], place.shape)
        return self._law(parameters.expand(*shape, -1), place.expand(shape))
