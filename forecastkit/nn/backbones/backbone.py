"""What every backbone offers: features of a whole window in one pass, or of one block after another."""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Tensor, nn

from ...errors import InvalidParameterError

State = tuple[Tensor, ...]
"""What a backbone keeps of the inputs so far: tensors whose first axis is the batch, never changed in place."""


class Backbone(nn.Module, ABC):
    """Features of the past, h_t = f(u_1, ..., u_t), for a head to turn into the law of what follows.

    The input u_t holds the value at time t and all that came with it, such as covariates; time 1 is the start of the
    window. Features exist from time p on, once `order` inputs are there. They come in two ways that agree: `forward`
    gives those of every time in one pass (teacher forcing), `start` and `step` give the last ones and a state to go
    on from (sampling).

    Parameters
    ----------
    n_channels : int
        Entries of an input, 1 or more.
    order : int
        Inputs p before the first features, 1 or more.
    hidden_size : int
        Width d of the features and of the layers before them, 1 or more.
    n_layers : int
        Number of layers, 1 or more.
    dropout : float
        Probability in [0, 1) that an entry of a layer is zeroed while training.

    Attributes
    ----------
    n_channels, order : int
        As given.
    n_features : int
        d.
    receptive_field : int or None
        How many of the latest inputs features can depend on; None for all since the start of the window.

    Raises
    ------
    InvalidParameterError
        A parameter is outside its range, or inputs have another shape than stated.

    Notes
    -----
    A backbone defines two methods: `_initial_state`, the state before the first input, and `_advance`, the features
    and the state after more inputs. All tensors have the dtype and device of the inputs.
    """

    receptive_field: int | None = None

    def __init__(self, n_channels: int, order: int, hidden_size: int, n_layers: int, dropout: float) -> None:
        super().__init__()
        sizes = {"n_channels": n_channels, "order": order, "hidden_size": hidden_size, "n_layers": n_layers}
        for name, size in sizes.items():
            if size < 1:
                raise InvalidParameterError(f"{name!r} must be 1 or more, got {size!r}")
        if not 0.0 <= dropout < 1.0:
            raise InvalidParameterError(f"'dropout' must be a probability in [0, 1), got {dropout!r}")
        self.n_channels = n_channels
        self.order = order
        self.n_features = hidden_size

    def forward(self, inputs: Tensor) -> Tensor:
        """Features at every time from p on.

        Parameters
        ----------
        inputs : Tensor, shape (batch, time, n_channels)
            The window, oldest first; at least `order` times.

        Returns
        -------
        Tensor, shape (batch, time - order + 1, n_features)
            Entry j has seen the first `order` + j inputs and none after them.
        """
        self._check(inputs, self.order)
        n_positions = inputs.shape[1] - self.order + 1
        return self._advance(inputs, self._initial_state(inputs), n_positions)[0]

    def start(self, inputs: Tensor) -> tuple[Tensor, State]:
        """Features after the first p inputs of a window.

        Parameters
        ----------
        inputs : Tensor, shape (batch, order, n_channels)
            Oldest first.

        Returns
        -------
        features : Tensor, shape (batch, n_features)
            Those at time p.
        state : tuple of Tensor
            For `step`. The batch is the first axis of every tensor, so that ``t.repeat_interleave(n, 0)`` of each
            lets n continuations share the past.
        """
        self._check(inputs, self.order, self.order)
        features, state = self._advance(inputs, self._initial_state(inputs), 1)
        return features[:, 0], state

    def step(self, inputs: Tensor, state: State) -> tuple[Tensor, State]:
        """Features after the next k inputs.

        Parameters
        ----------
        inputs : Tensor, shape (batch, k, n_channels)
            The inputs that follow those the state has seen, 1 or more, oldest first.
        state : tuple of Tensor
            From `start` or the `step` before; it stays as it is.

        Returns
        -------
        features : Tensor, shape (batch, n_features)
            Those after the last of the inputs.
        state : tuple of Tensor
            For the next step.
        """
        self._check(inputs, 1)
        features, state = self._advance(inputs, state, 1)
        return features[:, 0], state

    @abstractmethod
    def _initial_state(self, inputs: Tensor) -> State:
        """State before the first input, for the batch, dtype and device of the inputs."""

    @abstractmethod
    def _advance(self, inputs: Tensor, state: State, n_positions: int) -> tuple[Tensor, State]:
        """Features at the last positions of more inputs, (batch, n_positions, n_features), and the state after them."""

    def _check(self, inputs: Tensor, least: int, most: int | None = None) -> None:
        """Raise unless the inputs are a batch of ``least`` to ``most`` times with the right number of channels."""
        shape = tuple(inputs.shape)
        if len(shape) == 3 and shape[2] == self.n_channels and least <= shape[1] and (most is None or shape[1] <= most):
            return
        time = f"{least}" if least == most else f"{least} or more"
        raise InvalidParameterError(f"inputs must have shape (batch, {time}, {self.n_channels}), got {shape}")
