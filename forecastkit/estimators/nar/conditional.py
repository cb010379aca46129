"""The neural autoregressive forecaster driven by covariates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from ...errors import InvalidFrameError, InvalidParameterError, nearest
from ...frames import Covariates, Panel, as_covariates, as_panel, check_calendar_names
from ..parameters import RandomState
from .covariate_plan import CovariatePlan, column_group
from .forecaster import NARForecaster


class ConditionalNARForecaster(NARForecaster):
    """Neural autoregression driven by covariates: forecasts for plans and weather, and series made from them.

    p(y_{1:T} | c_{1:T}) = Π_t head(f_θ(z_{t-1}, ..., z_{t-p}; c_{1:t})), with z the scaled values and c the covariates:
    columns of X known ahead, or known up to the origin (``past_covariates``), constant in each series
    (``static_covariates``), and features of the time stamp (``calendar``). No value depends on covariates after its
    own time, whatever the block size.

    Parameters
    ----------
    past_covariates : sequence of str, default=()
        Columns of X that are not known ahead; X need not have them after the origin.
    static_covariates : DataFrame or sequence of str, default=None
        A frame with a row for each series, named by its index; or columns of X that are constant in each series.
    categorical : sequence of str, default=()
        Columns of numbers that stand for categories. Columns of text are categories without being named.
    calendar : sequence of str, default=()
        ``"minute"``, ``"hour"``, ``"weekday"``, ``"day"``, ``"month"``, ``"quarter"`` as categories, ``"time_of_day"``,
        ``"day_of_year"`` as sines and cosines.
    order, backbone, head, n_components, hidden_size, n_layers, dropout, activation, linear_skip, ridge, block_size
        As for `NARForecaster`.
    rollout_steps, rollout_weight, scheduled_sampling, final_teacher_forcing, point
        As for `NARForecaster`.
    scaler, window_shrinkage, transform, loss, seasonal_period
        As for `NARForecaster`.
    max_steps, batch_size, stride, recency, learning_rate, schedule
        As for `NARForecaster`.
    weight_decay, gradient_clip, validation_size, patience
        As for `NARForecaster`.
    accelerator, devices, precision, trainer_options, callbacks, progress_bar, warm_start, random_state
        As for `NARForecaster`.

    Attributes
    ----------
    network_, backbone_, linear_skip_, training_, n_parameters_, panel_
        As for `NARForecaster`.

    Notes
    -----
    Numbers are standardised by their mean and deviation over the training rows, categories become learned vectors. The
    linear skip is of the lags only. Beyond the first block, past covariates are taken to stay as they were last seen.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> index = pd.period_range("2020-01-01", periods=220, freq="D")
    >>> X = pd.DataFrame({"promotion": np.arange(220) % 7 == 0}, index=index)
    >>> y = (10 + 5 * X["promotion"]).iloc[:200].rename("sales")
    >>> model = ConditionalNARForecaster(order=4, hidden_size=16, max_steps=200, learning_rate=1e-2, random_state=0)
    >>> model.fit(y, X).predict(4).round().tolist()
    [10.0, 10.0, 10.0, 15.0]
    """

    uses_covariates: ClassVar[bool] = True
    uses_categories: ClassVar[bool] = True

    def __init__(
        self,
        *,
        past_covariates: Sequence[str] = (),
        static_covariates: pd.DataFrame | Sequence[str] | None = None,
        categorical: Sequence[str] = (),
        calendar: Sequence[str] = (),
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
        super().__init__(
            order=order,
            backbone=backbone,
            head=head,
            n_components=n_components,
            hidden_size=hidden_size,
            n_layers=n_layers,
            dropout=dropout,
            activation=activation,
            linear_skip=linear_skip,
            ridge=ridge,
            block_size=block_size,
            rollout_steps=rollout_steps,
            rollout_weight=rollout_weight,
            scheduled_sampling=scheduled_sampling,
            final_teacher_forcing=final_teacher_forcing,
            point=point,
            scaler=scaler,
            window_shrinkage=window_shrinkage,
            transform=transform,
            loss=loss,
            seasonal_period=seasonal_period,
            max_steps=max_steps,
            batch_size=batch_size,
            stride=stride,
            recency=recency,
            learning_rate=learning_rate,
            schedule=schedule,
            weight_decay=weight_decay,
            gradient_clip=gradient_clip,
            validation_size=validation_size,
            patience=patience,
            accelerator=accelerator,
            devices=devices,
            precision=precision,
            trainer_options=trainer_options,
            callbacks=callbacks,
            progress_bar=progress_bar,
            warm_start=warm_start,
            random_state=random_state,
        )
        self.past_covariates = past_covariates
        self.static_covariates = static_covariates
        self.categorical = categorical
        self.calendar = calendar

    def _check_loaded(self) -> None:
        """Raise for a parameter that no fitted network has."""
        super()._check_loaded()
        check_calendar_names(self.calendar)
        names = {"past_covariates": self.past_covariates, "categorical": self.categorical}
        if not isinstance(self.static_covariates, pd.DataFrame | None):
            names["static_covariates"] = self.static_covariates
        for parameter, given in names.items():
            if isinstance(given, str) or not isinstance(given, Sequence):
                raise InvalidParameterError(
                    f"{parameter!r} must be a sequence of names of columns, such as ('price',), got {given!r}"
                )

    def _plan(self, panel: Panel, X: Covariates | None) -> CovariatePlan:
        """Learn the units and categories of the covariates."""
        from .network_input import static_names, static_values

        static = [] if self.static_covariates is None else static_names(self.static_covariates)
        of_frame = isinstance(self.static_covariates, pd.DataFrame)
        columns = () if X is None else X.names
        self._check_names([*self.past_covariates, *([] if of_frame else static)], columns, "X")
        self._check_names(self.categorical, [*columns, *static], "X")
        past = [name for name in columns if name in self.past_covariates]
        known = [name for name in columns if name not in past and (of_frame or name not in static)]
        groups = {}
        for kind, names in (("known", known), ("past", past)):
            if X is not None and names:
                some = X.columns(tuple(names))
                rows = some.rows(panel.starts, panel.lengths)
                groups[kind] = column_group(names, rows, some.categories, self.categorical)
        if static:
            values, categories = static_values(self.static_covariates, X, panel)
            groups["static"] = column_group(static, values, categories, self.categorical)
        return CovariatePlan(**groups, calendar=tuple(self.calendar))

    def _check_names(self, given: Sequence[Any], names: Sequence[Any], where: str) -> None:
        """Raise for a name that no column has."""
        unknown = [name for name in given if name not in names]
        if unknown:
            raise InvalidFrameError(f"{where} has no column {unknown[0]!r}; {nearest(unknown[0], names)}")

    def _covariates(self, X: Any, panel: Panel) -> Covariates | None:
        """Covariates on the panel's grid; those that no step ahead reads may be left out of later rows."""
        if X is None or self._X is None:
            return super()._covariates(X, panel)
        given, spare = as_covariates(X, panel), (*self._fitted.plan.past.names, *self._fitted.plan.static.names)
        lacking = tuple(name for name in self._X.names if name in spare and name not in given.names)
        return super()._covariates(given, panel) if not lacking else _with_columns(given, self._X, lacking, panel)

    @property
    def _static(self) -> pd.DataFrame | Sequence[Any] | None:
        """Static covariates."""
        return self.static_covariates

    def generate(
        self, X: pd.DataFrame, initial: Any = None, n_samples: int = 1, random_state: RandomState = None
    ) -> Any:
        """Make series from covariates: draw each value given the ones drawn before and the covariates.

        y_t ~ p(y_t | y_{<t}, c_{1:t}) for every row of ``X`` after the initial values.

        Parameters
        ----------
        X : DataFrame
            Covariates of the initial values and of the steps to make, in a layout that `fit` takes.
        initial : Series, DataFrame or Panel, default=None
            Values to begin with, in the layout of ``y``; None for the training data, which are then continued.
        n_samples : int, default=1
            Paths of every series, 1 or more.
        random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
            Seed.

        Returns
        -------
        Series or DataFrame
            As `sample`: the layout of ``y`` with a ``sample`` column or index level, for every step after the initial
            values that ``X`` reaches.

        Raises
        ------
        InvalidFrameError
            ``X`` does not reach beyond the initial values.
        """
        panel = self._fitted_panel() if initial is None else as_panel(initial)
        covariates = as_covariates(X, panel)
        ends = (covariates.starts + covariates.lengths)[covariates.lengths > 0]
        horizon = int((ends.min() if len(ends) else 0) - panel.ends.max())
        if horizon < 1:
            last = panel.calendar.stamps(np.array([panel.ends.max() - 1]))[0]
            raise InvalidFrameError(
                f"X has no rows after the initial values, which end at {last}: give the covariates of the steps to make"
            )
        return self.sample(horizon, n_samples, X=X, y=panel, random_state=random_state)


def _with_columns(given: Covariates, fitted: Covariates, lacking: tuple[Any, ...], panel: Panel) -> Covariates:
    """Join new rows that lack some columns, which stay as they were at the fit."""
    own, missing = fitted.for_panel(panel), np.full((len(given.values), len(lacking)), np.nan)
    later = replace(given, names=(*given.names, *lacking), values=np.column_stack([given.values, missing]))
    later = later.select(own.names)
    joined, kept = own.joined(later), later.joined(own)
    places = [own.names.index(name) for name in lacking]
    values = joined.values.copy()
    values[:, places] = kept.values[:, places]
    return replace(joined, values=values)
