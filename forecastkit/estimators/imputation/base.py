"""What every imputer shares: a table with gaps in, the same table without them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags

from ...checks import check_horizon
from ...errors import InvalidFrameError, NotFittedError, NotSupportedError
from ...frames import Panel, as_panel, history_columns_frame, history_frame, history_sample_frame, with_every_stamp
from ...frames.edges import sensor_graph
from ...frames.sensor_graph import SensorGraph
from ..parameters import RandomState, check_levels, root_seed
from .completion import Completion, completion_columns
from .online import OnlineMixin
from .sensors import Table, as_given, by_sensor, by_time, fitted_order, sensor_table
from .stored_graph import restored_graph, stored_graph

_FEW_ROWS = 2  # that do not tell their frequency


class BaseImputer(OnlineMixin, TransformerMixin, BaseEstimator):
    """Base of every imputer: subclasses fit arrays and return laws of what is missing.

    A subclass implements ``check_parameters``, ``_fit``, ``_fill``, ``_completion``, ``_model_state`` and ``_restore``,
    and where it has them ``_advance`` (online) and ``_log_likelihood``.

    Attributes
    ----------
    feature_names_in_ : ndarray of str or object, shape (n_sensors,)
        Names of the sensors.
    n_features_in_ : int
        Number of sensors.
    graph_ : SensorGraph or None
        The sensors' graph as given; None where it is learned.
    """

    has_intervals: ClassVar[bool] = True  # `impute` takes levels
    _needs_others: ClassVar[bool] = True  # a single sensor is refused
    _only_for_training: ClassVar[tuple[str, ...]] = ()  # parameters that a fitted model can do without
    _kept_apart: ClassVar[tuple[str, ...]] = ("graph",)  # parameters that a file holds among the fitted arrays
    _takes_empty: ClassVar[bool] = True
    _X: ClassVar[None] = None  # imputers keep no covariates
    graph: Any
    graph_: SensorGraph | None
    _last_row: Panel

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a parameter outside its range; `fit` calls it first."""

    def _check_loaded(self) -> None:
        """Raise for a parameter that no fitted model has."""
        self.check_parameters()

    def fit(self, X: Table, y: object = None) -> Self:
        """Learn from sensors with gaps.

        Parameters
        ----------
        X : DataFrame, Series, Panel or ndarray of shape (n_rows, n_sensors)
            A wide frame (index = time, a column per sensor), a long (``unique_id, ds, y``) or a ``(unique_id, ds)``
            frame, NaN where nothing was observed. A sensor may have no value at all.
        y : None, default=None
            Ignored; there for scikit-learn's pipelines.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError
            A parameter of the constructor is outside its range.
        InvalidFrameError
            The data break the data contract, there is one sensor only, or the graph is not over these sensors.
        """
        self.check_parameters()
        panel = as_panel(sensor_table(X), whole=True)
        if panel.n_series == 1 and self._needs_others:
            raise InvalidFrameError(
                f"there is one sensor only, {panel.ids[0]!r}, and none to learn from beside it: fill it from its own "
                "past and future with ARForecaster().fit(y).impute()"
            )
        graph = sensor_graph(getattr(self, "graph", None), panel.ids)
        self._fit(panel, graph)
        self.graph_ = graph
        self._remember(panel)
        return self

    def transform(self, X: Table) -> Any:
        """Fill the gaps of sensors.

        Parameters
        ----------
        X : DataFrame, Series, Panel or ndarray of shape (n_rows, n_sensors)
            Rows of any time and number with the sensors of `fit`, in any order.

        Returns
        -------
        DataFrame, Series or ndarray
            In the layout, rows and columns of ``X``. What was observed comes back bit for bit.

        Raises
        ------
        InvalidFrameError
            The data break the data contract, or the sensors or the frequency are others than those of `fit`.
        """
        filled = self._filled(X)
        return as_given(X, history_frame(filled, filled.values))

    def filled(self, panel: Panel) -> Panel:
        """Fill a panel, for code that needs no DataFrame such as `ImputedForecaster`.

        Parameters
        ----------
        panel : Panel
            The sensors of `fit`.

        Returns
        -------
        Panel
            Whose series all span the grid from the first start to the last end.
        """
        return self._filled(panel)

    def impute(self, X: Table, level: float | Sequence[float] | None = None) -> Any:
        """Fill gaps, with intervals.

        Parameters
        ----------
        X : DataFrame, Series, Panel or ndarray
            As for `transform`.
        level : float or sequence of float, default=None
            Coverage of central intervals in percent; None for the filled values alone.

        Returns
        -------
        DataFrame or Series
            ``X`` with its gaps filled, stamps that it lacks included. With ``level``: columns ``imputed``,
            ``imputed-lo-80``, ``imputed-hi-80``, ... of each sensor, all equal where a value was observed.

        Raises
        ------
        InvalidParameterError
            A level is outside (0, 100).
        InvalidFrameError
            As for `transform`.
        """
        levels = None if level is None else check_levels(level)
        panel, order, law = self._law(X)
        columns = completion_columns(law, levels or ())
        flat = {name: by_sensor(table[:, np.argsort(order)]) for name, table in columns.items()}
        return history_frame(panel, flat["imputed"]) if levels is None else history_columns_frame(panel, flat)

    def sample(self, X: Table, n_samples: int = 100, random_state: RandomState = None) -> Any:
        """Draw joint completions: the values of one draw fit together over time and sensors.

        Parameters
        ----------
        X : DataFrame, Series, Panel or ndarray
            As for `transform`.
        n_samples : int, default=100
            Number of completions, 1 or more.
        random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
            Seed.

        Returns
        -------
        DataFrame or Series
            The completions by ``sample``, stamps that ``X`` lacks included.
        """
        n_samples = check_horizon(n_samples, "n_samples")
        generator = np.random.default_rng(root_seed(random_state))
        panel, order, law = self._law(X)
        draws = law.sample(n_samples, generator)[:, :, np.argsort(order)]
        return history_sample_frame(panel, draws.transpose(0, 2, 1).reshape(n_samples, -1))

    def save(self, path: str | Path) -> None:
        """Write the fitted imputer to one ``.safetensors`` file, which `forecastkit.load` returns.

        Parameters
        ----------
        path : str or Path
            Where to write; an existing file is replaced once the new one is complete.
        """
        from ..persistence import save_estimator

        save_estimator(self, self._fitted_panel(), path)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Names of the sensors; `transform` keeps them."""
        self._fitted_panel()
        return self.feature_names_in_

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _filled(self, X: Table) -> Panel:
        """Panel of the data with its gaps filled."""
        panel, order = self._checked(X)
        table = by_time(panel)
        moved = bool((np.diff(order) != 1).any())
        if moved:
            table = table[:, order]
        elif isinstance(X, Panel):
            table = table.copy()  # else the values are ours, and as large as the data: one copy of them less
        self._fill(table, self._times(panel))
        return replace(panel, values=by_sensor(table[:, np.argsort(order)] if moved else table))

    def _law(self, X: Table) -> tuple[Panel, np.ndarray, Completion]:
        """Panel with a row for every stamp, the fitted order of its sensors, and the law of its gaps in that order."""
        panel, order = self._checked(X)
        law = self._completion(by_time(panel)[:, order], self._times(panel))
        return with_every_stamp(panel), order, law

    def _checked(self, X: Table) -> tuple[Panel, np.ndarray]:
        """Panel of the data, and for every fitted sensor its number in it."""
        fitted = self._fitted_panel()
        freq = None if isinstance(X, Panel) or len(X) > _FEW_ROWS else fitted.calendar.freq
        panel = as_panel(sensor_table(X), freq=freq, whole=True)
        return panel, fitted_order(panel, fitted)

    def _times(self, panel: Panel) -> np.ndarray:
        """Position of every row on the time grid of the training data."""
        positions, calendar = np.arange(panel.starts[0], panel.ends[0]), self._fitted_panel().calendar
        return positions if panel.calendar == calendar else calendar.positions(panel.calendar.stamps(positions))

    def _fitted_panel(self) -> Panel:
        """Last row of the data seen so far, which knows sensors and calendar; or NotFittedError."""
        if not hasattr(self, "_last_row"):
            raise NotFittedError(f"this {type(self).__name__} is not fitted yet: call fit(X) first")
        return self._last_row

    def _fit(self, panel: Panel, graph: SensorGraph | None) -> None:
        """Learn from a checked panel whose series all span the grid."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _fit")

    def _fill(self, values: np.ndarray, times: np.ndarray) -> None:
        """Fill the gaps of a table (n_rows, n_sensors) in place."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _fill")

    def _completion(self, values: np.ndarray, times: np.ndarray) -> Completion:
        """Law of the gaps of a table."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _completion")

    def _remember(self, panel: Panel) -> None:
        """Keep the last row of a panel whose series all span the grid: it knows sensors, calendar and layout."""
        values = by_time(panel)[-1].copy()
        layout = replace(panel.layout, index=None, rows=None, trimmed=None)
        one = np.ones_like(panel.lengths)
        self._last_row = replace(panel, values=values, starts=panel.ends - 1, lengths=one, layout=layout)
        self.feature_names_in_, self.n_features_in_ = np.asarray(panel.ids), panel.n_series

    def _return(self, panel: Panel, X: None, state: dict[str, np.ndarray]) -> None:
        """Become the imputer whose last row and fitted arrays a file holds."""
        self.graph_ = restored_graph(state, panel.ids)
        if hasattr(self, "graph"):
            self.graph = self.graph_
        self._restore(panel, state)
        self._remember(panel)

    def _state(self) -> dict[str, np.ndarray]:
        """Fitted arrays and the graph, for `save`."""
        return self._model_state() | stored_graph(self.graph_)

    def _model_state(self) -> dict[str, np.ndarray]:
        """Fitted arrays of the model."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _model_state")

    def _restore(self, panel: Panel, state: dict[str, np.ndarray]) -> None:
        """Take back what `_model_state` gave."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _restore")
