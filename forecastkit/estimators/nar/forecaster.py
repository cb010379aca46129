"""The neural autoregressive forecaster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from ...frames import Covariates, Panel
from ..forecast import Forecast
from ..matching import unseen_numbers
from ..parameters import RandomState, root_seed
from ..path_law import PathLaw
from ..training_options import check_training_options
from .attributes import NetworkAttributes
from .covariate_plan import CovariatePlan
from .parameters import check_nar_parameters

if TYPE_CHECKING:
    import pandas as pd


class NARForecaster(NetworkAttributes):
    """Neural autoregression, one network for all series, trained for the whole horizon.

    p(y_t | y_{<t}) = head(f_θ(z_{t-1}, ..., z_{t-p})), with z the scaled values, p the ``order``, and f_θ the network
    (``backbone``), f_θ(z) = φᵀz + g_θ(z) with the ``linear_skip``. Further steps feed forecasts back. The loss is the
    negative log-likelihood of the next value plus λ times the squared error of free runs of K steps (``rollout_weight``
    and ``rollout_steps``), the past of the first term mixed with the network's own draws (``scheduled_sampling``).

    Parameters
    ----------
    order : int, default=24
        Past values p that a forecast looks at, 1 or more.
    backbone : {"auto", "mlp", "causal_cnn", "gru", "lstm", "attention"}, default="auto"
        Network f_θ; ``"auto"`` takes an MLP up to order 64 and dilated causal convolutions beyond.
    head : {"gaussian", "heteroscedastic", "student_t", "mixture"}, default="gaussian"
        Law of the next value: one σ, σ that follows the past, heavy tails, or a mixture of Gaussians.
    n_components : int, default=5
        Gaussians of the mixture, 1 or more.
    hidden_size, n_layers : int, default=64, 2
        Width and depth of the network, 1 or more.
    dropout : float, default=0.0
        Share of hidden units dropped in training, 0 to below 1.
    activation : {"relu", "silu", "gelu", "tanh"}, default="silu"
        Nonlinearity between layers.
    linear_skip : bool or "auto", default="auto"
        Add φᵀz, started at the closed-form autoregression of all series, to a network started at zero. ``"auto"``
        trains both for a quarter of the steps and keeps what runs freely with less error on held-out values.
    ridge : float, default=1e-4
        Weight of the squares of the skip's starting coefficients, 0 or more, in units of each lag's variance.
    block_size : int, default=1
        Steps emitted by one call, 1 or more: 1 is pure autoregression, the horizon is the direct strategy.
    rollout_steps : int, default=1
        K, 1 or more; 1 trains one call ahead.
    rollout_weight : float, default=1.0
        λ, 0 or more, in units of the likelihood's own weight of a squared error.
    scheduled_sampling : {"linear", "exponential", "inverse_sigmoid"}, default=None
        How the probability of a true past value falls during training.
    final_teacher_forcing : float, default=0.0
        That probability at the end, 0 to 1.
    point : {"rollout", "mean", "median"}, default="rollout"
        Point forecast: the run of fed-back means, or the mean or median of sampled paths.
    scaler : {"standard", "window", "window_mean"}, default="standard"
        Mean and standard deviation of each series' training values; also those of each window of p values, or its
        mean only; None for values as they are.
    window_shrinkage : float, default=0.0
        Added to each window's standard deviation as a root of squares, 0 or more, in units of the series': draws quiet
        and lively windows together.
    transform : {"log"}, default=None
        Logarithm before all else, of positive data; a rollout then is one of logarithms, nearer the median than the
        mean.
    loss : {"nll", "mse", "mae", "mase"}, default="nll"
        What teaches the mean: the likelihood, squared or absolute errors of scaled values, or absolute errors in units
        of those of the seasonal naive forecast.
    seasonal_period : int, default=None
        Season in steps, 1 or more, of ``loss="mase"``; None for the calendar's.
    max_steps : int, default=1000
        Gradient steps, 1 or more.
    batch_size : int, default=256
        Windows a step, 1 or more; every series is drawn equally often.
    stride : int, default=1
        Steps between the origins that are learned from, 1 or more, counted back from the end of each series: 24 for
        hourly data that are always forecast at the hour at which they end.
    recency : float, default=0.0
        r, 0 or more: the k-th window of a series is drawn with a probability that grows as k to the power r.
    learning_rate : float, default=1e-3
        Of AdamW, above 0.
    schedule : {"cosine", "constant"}, default="cosine"
        How the learning rate goes to zero, if it does.
    weight_decay : float, default=0.0
        Of AdamW, 0 or more.
    gradient_clip : float, default=1.0
        Largest norm of a gradient, above 0; None for any.
    validation_size : float, default=0.1
        Share of each series held out at its end, from 0 to below 1: the weights of smallest loss there are kept.
    patience : int, default=None
        Stop after so many validations (20 a training) without a smaller loss; None never stops early.
    accelerator, devices, precision : default="auto", "auto", "32-true"
        As Lightning's Trainer takes them; ``"auto"`` uses a GPU where there is one.
    trainer_options : dict, default=None
        Further arguments of Lightning's Trainer, such as a logger; ``ckpt_path`` resumes from a checkpoint.
    callbacks : sequence of Callback, default=None
        Lightning callbacks.
    progress_bar : bool, default=False
        Show training.
    warm_start : bool, default=False
        Let `fit` go on training the fitted network.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
        Seed of weights, batches, and of the paths behind quantiles.

    Attributes
    ----------
    network_ : AutoregressiveNetwork
        The trained network, on the CPU.
    backbone_ : str
        The backbone used.
    linear_skip_ : bool
        Whether it has a linear skip.
    training_ : dict
        Steps and losses of training, and the reasons of automatic choices.
    n_parameters_ : int
        Number of weights.
    panel_ : Panel
        The data given to `fit` and `update`.

    Raises
    ------
    ConvergenceError
        From `fit`: the loss left the range of numbers; from `predict`: a free run did.

    Notes
    -----
    O(max_steps · batch_size) windows of training, O(horizon) calls of the network a forecast. `update` carries the
    state on and estimates nothing. Series unseen in training are forecast from their own history and scale. Uncertainty
    of the weights is not part of the intervals.

    References
    ----------
    .. [1] S. Bengio, O. Vinyals, N. Jaitly and N. Shazeer (2015), Scheduled sampling for sequence prediction with
       recurrent neural networks.
    .. [2] P. J. Werbos (1990), Backpropagation through time: what it does and how to do it.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> y = pd.Series(np.sin(np.arange(200) / 3), index=pd.period_range("2020-01-01", periods=200, freq="D"))
    >>> model = NARForecaster(order=8, hidden_size=8, max_steps=50, linear_skip=True, random_state=0).fit(y)
    >>> bool(abs(model.predict(1).iloc[0] - np.sin(200 / 3)) < 0.05)
    True
    """

    uses_covariates: ClassVar[bool] = False
    _only_for_training: ClassVar[tuple[str, ...]] = ("trainer_options", "callbacks", "random_state")

    def __init__(
        self,
        *,
        order: int = 24,
        backbone: Literal["auto", "mlp", "causal_cnn", "gru", "lstm", "attention"] = "auto",
        head: Literal["gaussian", "heteroscedastic", "student_t", "mixture"] = "gaussian",
        n_components: int = 5,
        hidden_size: int = 64,
        n_layers: int = 2,
        dropout: float = 0.0,
        activation: Literal["relu", "silu", "gelu", "tanh"] = "silu",
        linear_skip: bool | Literal["auto"] = "auto",
        ridge: float = 1e-4,
        block_size: int = 1,
        rollout_steps: int = 1,
        rollout_weight: float = 1.0,
        scheduled_sampling: Literal["linear", "exponential", "inverse_sigmoid"] | None = None,
        final_teacher_forcing: float = 0.0,
        point: Literal["rollout", "mean", "median"] = "rollout",
        scaler: Literal["standard", "window", "window_mean"] | None = "standard",
        window_shrinkage: float = 0.0,
        transform: Literal["log"] | None = None,
        loss: Literal["nll", "mse", "mae", "mase"] = "nll",
        seasonal_period: int | None = None,
        max_steps: int = 1000,
        batch_size: int = 256,
        stride: int = 1,
        recency: float = 0.0,
        learning_rate: float = 1e-3,
        schedule: Literal["cosine", "constant"] = "cosine",
        weight_decay: float = 0.0,
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
        self.order = order
        self.backbone = backbone
        self.head = head
        self.n_components = n_components
        self.hidden_size = hidden_size
        self.n_layers = n_layers
        self.dropout = dropout
        self.activation = activation
        self.linear_skip = linear_skip
        self.ridge = ridge
        self.block_size = block_size
        self.rollout_steps = rollout_steps
        self.rollout_weight = rollout_weight
        self.scheduled_sampling: Literal["linear", "exponential", "inverse_sigmoid"] | None = scheduled_sampling
        self.final_teacher_forcing = final_teacher_forcing
        self.point: Literal["rollout", "mean", "median"] = point
        self.scaler: Literal["standard", "window", "window_mean"] | None = scaler
        self.window_shrinkage = window_shrinkage
        self.transform: Literal["log"] | None = transform
        self.loss: Literal["nll", "mse", "mae", "mase"] = loss
        self.seasonal_period = seasonal_period
        self.max_steps = max_steps
        self.batch_size = batch_size
        self.stride = stride
        self.recency = recency
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
        check_nar_parameters(self)

    def _fit(self, panel: Panel, X: Covariates | None) -> None:
        """Train the network."""
        from .fit import fit_network

        before = self._fitted if self.warm_start and hasattr(self, "_fitted") else None
        order = np.argsort(panel.ids.astype(str), kind="stable")  # so that the order of the series does not matter
        ordered = panel.select(order)
        X = None if X is None else X.for_panel(ordered)
        self._fitted = fit_network(self, ordered, X, self._plan(ordered, X), before).reordered(np.argsort(order))

    def _plan(self, panel: Panel, X: Covariates | None) -> CovariatePlan:
        """Covariates that the network reads."""
        return CovariatePlan()

    def _update(self, panel: Panel, X: Covariates | None) -> None:
        """Nothing is estimated: forecasts start from the new end of the data, which are read to check them."""
        self._fitted.read(panel, self._numbers(panel), X, self._static).store()

    @property
    def refitted_(self) -> bool:
        """Whether `update` estimates the parameters again: it does not."""
        self._fitted_panel()
        return False

    def _numbers(self, panel: Panel) -> np.ndarray:
        """Fitted number of every series of a panel, -1 for one that is new."""
        return unseen_numbers(panel, self._fitted_panel())

    def _forecast(
        self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None, random_state: RandomState = None
    ) -> Forecast:
        """Rollouts from the end of every series."""
        seed = None if random_state is None else root_seed(random_state)
        on = self._fitted.read(panel, index, X, self._static)
        return self._fitted.forecast(on, horizon, self.point, seed)

    def _one_step(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> Forecast:
        """Law of every value given those before it."""
        return self._fitted.one_step(self._fitted.read(panel, index, X, self._static))

    def _log_density(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> np.ndarray:
        """Log density of every value given those before it."""
        return self._fitted.log_density(self._fitted.read(panel, index, X, self._static))

    def _path_law(self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None) -> PathLaw:
        """Joint law of the next steps of every series."""
        return self._fitted.path_law(self._fitted.read(panel, index, X, self._static), horizon)

    @property
    def _static(self) -> pd.DataFrame | Sequence[Any] | None:
        """Static covariates."""
        return None
