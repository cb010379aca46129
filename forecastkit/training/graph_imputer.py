"""Train a graph network for imputation, of either direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from ..gaussian.space_time import CombinedModel, SensorMarginal, SpaceTimeModel
from ..models.graph_imputer import CausalImputation, GraphImputation, LinearBase, PriorBase, as_base
from .causal_training import CausalSettings, fit_causal_imputation
from .graph_training import GraphSettings, fit_graph_imputation
from .options import TrainingOptions


def fit_graph_imputer(
    values: np.ndarray,
    times: np.ndarray,
    adjacency: np.ndarray,
    base: CombinedModel | SpaceTimeModel | LinearBase | SensorMarginal,
    *,
    options: TrainingOptions,
    known: np.ndarray | None = None,
    direction: Literal["both", "forward"] = "both",
    linear_skip: bool = True,
    hidden_size: int = 64,
    n_layers: int = 2,
    head: str = "student_t",
    mask_probability: float = 0.2,
    block_mask: bool = True,
    refine: bool = False,
    validation_size: float = 0.1,
    n_realisations: int | None = None,
    seed: int = 0,
    start: Mapping[str, np.ndarray] | None = None,
) -> GraphImputation | CausalImputation:
    """Train the graph network that fills gaps of a sensor network.

    Parameters
    ----------
    values : ndarray, shape (T, N)
        In the data's unit, NaN where missing.
    times : ndarray of int, shape (T,)
        Consecutive grid positions.
    adjacency : ndarray, shape (N, N)
        Weight of each edge u → v, diagonal zero.
    base : CombinedModel, SpaceTimeModel, LinearBase or SensorMarginal
        Fitted on these values. Forward, only its marginals are used, and they will do.
    options : TrainingOptions
    known : ndarray, shape (T, n_known), default=None
        Covariates of time, of size about one.
    direction : {"both", "forward"}, default="both"
        Correct the base, with both sides of a gap in view; or go forward, with a likelihood and online.
    linear_skip : bool, default=True
        Start from the base, or forward from a linear autoregression over the graph; else from the marginals.
    hidden_size, n_layers : int, default=64, 2
    head : {"student_t", "heteroscedastic", "gaussian"}, default="student_t"
    mask_probability : float, default=0.2
    block_mask : bool, default=True
    refine : bool, default=False
    validation_size : float, default=0.1
    n_realisations : int, default=None
        See :class:`GraphSettings` and :class:`CausalSettings`.
    seed : int, default=0
    start : mapping of str to ndarray, default=None
        Arrays of an imputation of the same settings, to go on from.

    Returns
    -------
    GraphImputation or CausalImputation

    Raises
    ------
    InvalidParameterError, ConvergenceError
        As for :func:`train`.
    """
    marginal = base if isinstance(base, SensorMarginal) else base.marginal
    if direction == "both":
        start_from = PriorBase(marginal) if isinstance(base, SensorMarginal) or not linear_skip else as_base(base)
        settings = GraphSettings(
            hidden_size=hidden_size,
            n_layers=n_layers,
            head=head,
            refine=refine,
            mask_probability=mask_probability,
            block_mask=block_mask,
            n_realisations=n_realisations,
            validation_size=validation_size,
        )
        return fit_graph_imputation(
            values, times, adjacency, start_from, settings, options, known=known, seed=seed, start=start
        )
    causal = CausalSettings(
        linear_skip=linear_skip,
        hidden_size=hidden_size,
        n_layers=n_layers,
        head=head,
        mask_probability=mask_probability,
        block_mask=block_mask,
        validation_size=validation_size,
    )
    return fit_causal_imputation(
        values, times, adjacency, marginal, causal, options, known=known, seed=seed, start=start
    )
