"""The graph network that imputes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from ...checks import check_choice, check_integer, check_number
from ...errors import InvalidParameterError, NotSupportedError
from ...frames import Panel, SensorGraph, check_calendar_names
from ..parameters import RandomState, check_random_state
from ..training_options import check_training_options
from .base import BaseImputer
from .completion import Completion
from .season import check_season, season_periods

if TYPE_CHECKING:
    from .graph_network import FittedGraphNetwork


class GraphImputer(BaseImputer):
    """Fill gaps by an autoregressive graph network that corrects the linear-Gaussian estimate.

    Every sensor v has a hidden state h_v^t = GNN(h_v^{t-1}, (m·x, m)_v^{t-1}, the same of its neighbours), with x the
    standardised values, m = 1 where one was observed, and weights shared by all sensors. With ``direction="forward"``
    the emission p(x_v^t | h_v^t) factorises the density of all values. With ``"both"`` a backward state and a decoder
    over the neighbours observed at t are merged into a correction c_v^t of the linear-Gaussian law
    N(μ_v^t, σ_v^t ²) that `GaussianImputer` gives: x_v^t has the location μ_v^t + σ_v^t c_v^t, with c = 0 at the start
    of training.

    Parameters
    ----------
    graph : DataFrame, networkx graph or None, default=None
        Who informs whom: edges (``source``, ``target``, ``weight``), a square table, coordinates (``latitude``,
        ``longitude``). None: learned from the correlations of what was observed and, with ``direction="both"``,
        refined in training.
    direction : {"both", "forward"}, default="both"
        ``"both"``: values after a gap inform it as well. ``"forward"``: the past alone, online by `update`, with a
        likelihood.
    linear_skip : bool, default=True
        Start from the linear-Gaussian estimate (``"both"``), or a linear autoregression over the graph (``"forward"``).
    head : {"student_t", "heteroscedastic", "gaussian"}, default="student_t"
        Law of a value given the state.
    mask_probability : float, default=0.2
        Share of the observed values that is hidden while training, above 0 and below 1.
    block_mask : bool, default=True
        Hide whole stretches of time as well.
    hidden_size : int, default=64
        Numbers in a state, 1 or more.
    n_layers : int, default=2
        Layers of message passing a step, 1 or more; the past reaches a sensor over as many edges a step.
    season : "auto", None, float or sequence of float, default="auto"
        Lengths in steps of the seasonal means, as for `GaussianImputer`.
    calendar : sequence of str, default=()
        Features of time that the network reads: ``"hour"``, ``"weekday"``, ``"month"``, ``"time_of_day"``,
        ``"day_of_year"``, ...
    max_steps : int, default=600
        Steps of the optimiser, 1 or more.
    batch_size : int, default=32
        Windows of 24 rows of all sensors a step, 1 or more; fewer where they would have more than 20,000 values.
    learning_rate : float, default=2e-3
        Of AdamW, above 0.
    schedule : {"cosine", "constant"}, default="cosine"
        How the learning rate goes to zero, if it does.
    weight_decay : float, default=0.1
        Of the weight matrices, 0 or more.
    gradient_clip : float or None, default=1.0
        Largest norm of the gradient, above 0.
    validation_size : float, default=0.1
        Share of the rows at the end that training does not see: their hidden values choose the weights, and whether
        the network is used. 0 or more and below 1; with 0 it always is.
    patience : int or None, default=None
        Stop after that many looks at the held-out rows without improvement.
    accelerator : str, default="auto"
        Hardware, as Lightning names it.
    devices : int or str, default="auto"
        Number of devices; ``"auto"`` is one.
    precision : str, default="32-true"
        Numbers that training computes with.
    trainer_options : mapping or None, default=None
        Arguments of Lightning's ``Trainer``, and ``ckpt_path``, a checkpoint to go on from.
    callbacks : sequence or None, default=None
        Of Lightning, beside those of forecastkit.
    progress_bar : bool, default=False
        Show Lightning's progress bar.
    warm_start : bool, default=False
        Go on from the weights of the last `fit`.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
        Seed of the weights, the masks and the batches.

    Attributes
    ----------
    chosen_ : {"network", "linear", "interpolation"}
        What fills gaps: the network where it did better than the other two on the held-out rows.
    validation_ : dict of str to float
        Mean absolute error on hidden values of the held-out rows, by what could be chosen; each sensor in units of its
        standard deviation.
    training_ : dict
        Steps made, losses, seconds.
    graph_ : SensorGraph or None
        The graph as given.
    feature_names_in_ : ndarray of shape (n_sensors,)
        Names of the sensors.
    n_features_in_ : int
        Number of sensors.

    Raises
    ------
    InvalidParameterError, InvalidFrameError
        By `fit`: a parameter is outside its range, or the data or the graph break their contract.
    ConvergenceError
        By `fit`: training exploded.

    Notes
    -----
    Only observed values are scored, and never by themselves: a value that is hidden, or left out, is estimated from the
    others. Intervals have the width that covers hidden values. A step of training costs O(batch · window · (E + N h) h)
    for N sensors with E edges and states of h numbers. Series of any length are filled in overlapping stretches.

    References
    ----------
    .. [1] A. Cini, I. Marisca and C. Alippi (2022), Filling the G_ap_s: multivariate time series imputation by graph
       neural networks, ICLR.
    .. [2] Y. Li, R. Yu, C. Shahabi and Y. Liu (2018), Diffusion convolutional recurrent neural network, ICLR.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> waves = np.sin(np.arange(200)[:, None] / 5 + np.arange(4) / 3)
    >>> X = pd.DataFrame(waves, index=pd.date_range("2024-01-01", periods=200), columns=list("abcd"))
    >>> gaps = X.mask(np.random.default_rng(0).random(X.shape) < 0.2)
    >>> edges = pd.DataFrame({"source": ["a", "b", "c"], "target": ["b", "c", "d"]})
    >>> imputer = GraphImputer(graph=edges, hidden_size=8, n_layers=1, max_steps=5, random_state=0)
    >>> bool((imputer.fit_transform(gaps) - X).abs().max().max() < 0.1)
    True
    """

    _only_for_training: ClassVar[tuple[str, ...]] = ("trainer_options", "callbacks", "random_state")
    _network: FittedGraphNetwork

    def __init__(
        self,
        *,
        graph: Any = None,
        direction: Literal["both", "forward"] = "both",
        linear_skip: bool = True,
        head: Literal["student_t", "heteroscedastic", "gaussian"] = "student_t",
        mask_probability: float = 0.2,
        block_mask: bool = True,
        hidden_size: int = 64,
        n_layers: int = 2,
        season: Any = "auto",
        calendar: Sequence[str] = (),
        max_steps: int = 600,
        batch_size: int = 32,
        learning_rate: float = 2e-3,
        schedule: Literal["cosine", "constant"] = "cosine",
        weight_decay: float = 0.1,
        gradient_clip: float | None = 1.0,
        validation_size: float = 0.1,
        patience: int | None = None,
        accelerator: str = "auto",
        devices: int | str = "auto",
        precision: str = "32-true",
        trainer_options: Mapping[str, Any] | None = None,
        callbacks: Sequence[Any] | None = None,
        progress_bar: bool = False,
        warm_start: bool = False,
        random_state: RandomState = None,
    ) -> None:
        self.graph = graph
        self.direction: Literal["both", "forward"] = direction
        self.linear_skip = linear_skip
        self.head: Literal["student_t", "heteroscedastic", "gaussian"] = head
        self.mask_probability = mask_probability
        self.block_mask = block_mask
        self.hidden_size = hidden_size
        self.n_layers = n_layers
        self.season = season
        self.calendar = calendar
        self.max_steps = max_steps
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.weight_decay = weight_decay
        self.gradient_clip = gradient_clip
        self.validation_size = validation_size
        self.patience = patience
        self.accelerator = accelerator
        self.devices = devices
        self.precision = precision
        self.trainer_options = trainer_options
        self.callbacks = callbacks
        self.progress_bar = progress_bar
        self.warm_start = warm_start
        self.random_state = random_state

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a parameter outside its range, or that another one rules out."""
        self._check_loaded()
        check_training_options(self)

    def _check_loaded(self) -> None:
        """Raise for a parameter that no fitted network has; it may have been trained on other hardware."""
        check_choice(self.direction, "direction", ("both", "forward"))
        check_choice(self.head, "head", ("student_t", "heteroscedastic", "gaussian"))
        for name in ("linear_skip", "block_mask", "warm_start"):
            if not isinstance(getattr(self, name), bool):
                raise InvalidParameterError(f"{name!r} must be True or False, got {getattr(self, name)!r}")
        for name in ("hidden_size", "n_layers"):
            check_integer(getattr(self, name), name, 1)
        if not 0 < check_number(self.mask_probability, "mask_probability", 0) < 1:
            raise InvalidParameterError(
                f"'mask_probability' must be above 0 and below 1: hidden values are what is learned from; got "
                f"{self.mask_probability!r}"
            )
        if check_number(self.validation_size, "validation_size", 0) >= 1:
            raise InvalidParameterError(
                f"'validation_size' must be 0 or more and below 1, got {self.validation_size!r}"
            )
        if self.patience is not None and self.validation_size == 0:
            raise InvalidParameterError(
                f"patience={self.patience!r} needs held-out rows to watch: set validation_size above 0, or no patience"
            )
        check_season(self.season)
        check_calendar_names(self.calendar)
        check_random_state(self.random_state)

    def _fit(self, panel: Panel, graph: SensorGraph | None) -> None:
        """Fit the linear-Gaussian law, and train the network."""
        from .graph_network import fit_graph_network

        before = self._network if self.warm_start and hasattr(self, "_network") else None
        self._network = fit_graph_network(self, panel, graph, season_periods(self.season, panel.calendar), before)

    @property
    def chosen_(self) -> str:
        """What fills gaps: "network", "linear" or "interpolation"."""
        return self._fitted_network().imputation.chosen

    @property
    def validation_(self) -> dict[str, float]:
        """Scaled mean absolute error on hidden values of the held-out rows, by what could be chosen."""
        return dict(self._fitted_network().imputation.validation)

    @property
    def training_(self) -> dict[str, Any]:
        """How training went: steps, losses, seconds."""
        return dict(self._fitted_network().imputation.record)

    def _fitted_network(self) -> FittedGraphNetwork:
        """Return the fitted network, or raise NotFittedError."""
        self._fitted_panel()
        return self._network

    def _fill(self, values: np.ndarray, times: np.ndarray) -> None:
        """Fill the gaps by medians."""
        values[:] = self._network.fill(values, times)

    def _completion(self, values: np.ndarray, times: np.ndarray) -> Completion:
        """Law of the gaps."""
        return self._network.completion(values, times)

    def _advance(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Fill rows from the carried state."""
        self._check_forward("update")
        return self._network.advance(values, times)

    def _log_likelihood(self, values: np.ndarray, times: np.ndarray) -> float:
        """Log density of the observed values."""
        self._check_forward("log_likelihood")
        return self._network.log_likelihood(values, times)

    def _check_forward(self, method: str) -> None:
        """Raise NotSupportedError unless the network looks at the past alone."""
        if self.direction != "forward":
            raise NotSupportedError(
                f"GraphImputer(direction='both') has no {method}: it looks at what comes after a gap as well; use "
                "direction='forward'"
            )

    def _model_state(self) -> dict[str, np.ndarray]:
        """Arrays of the network, of its base and of the carried state."""
        return self._network.state()

    def _restore(self, panel: Panel, state: dict[str, np.ndarray]) -> None:
        """Take back what `_model_state` gave."""
        from .graph_network import restored_graph_network

        self._network = restored_graph_network(self, panel, state)
