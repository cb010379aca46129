"""Train the causal graph network of an imputation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch

from ..gaussian.space_time.marginal import SensorMarginal
from ..models.graph_imputer.causal_imputation import CausalImputation
from ..models.graph_imputer.causal_network import CausalNetwork
from ..models.graph_imputer.causal_objective import CausalObjective
from ..models.graph_imputer.masking import Masking
from ..models.graph_imputer.named_weights import load_weights
from ..models.graph_imputer.node_features import nearest_values
from ..models.graph_imputer.ridge_autoregression import ridge_autoregression
from ..models.graph_imputer.spread_calibration import SpreadCalibration
from ..windows import NodeStore, mixed_seed, node_windows
from .fit import train
from .options import TrainingOptions

WINDOW = 24
_BATCH_CELLS = 20_000
_VALIDATION_CELLS = 150_000
_RIDGE_CELLS = 4_000_000
_CALIBRATIONS = 4


@dataclass(frozen=True)
class CausalSettings:
    """Settings of the causal network and of its training.

    Parameters
    ----------
    order : int, default=4
        Lags of the linear autoregression.
    linear_skip : bool, default=True
        Start from the linear autoregression; without it from the mean.
    hidden_size : int, default=64
        Width of a state.
    n_layers : int, default=2
        Edges that what is seen travels in a row.
    head : {"student_t", "heteroscedastic", "gaussian"}, default="student_t"
        Family of the laws.
    mask_probability : float, default=0.2
        Share of the observed values hidden while training.
    block_mask : bool, default=True
        Hide blocks in time, too.
    validation_size : float, default=0.1
        Share of the rows, the last ones, that choose the weights and the widths.
    """

    order: int = 4
    linear_skip: bool = True
    hidden_size: int = 64
    n_layers: int = 2
    head: str = "student_t"
    mask_probability: float = 0.2
    block_mask: bool = True
    validation_size: float = 0.1


def causal_network(adjacency: np.ndarray, n_known: int, settings: CausalSettings, seed: int) -> CausalNetwork:
    """Build the network with weights drawn from a seed; global streams stay where they were."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(mixed_seed(seed, 0))
        return CausalNetwork(adjacency, settings.order, n_known, settings.hidden_size, settings.n_layers, settings.head)


def fit_causal_imputation(
    values: np.ndarray,
    times: np.ndarray,
    adjacency: np.ndarray,
    marginal: SensorMarginal,
    settings: CausalSettings,
    options: TrainingOptions,
    *,
    known: np.ndarray | None = None,
    seed: int = 0,
    start: Mapping[str, np.ndarray] | None = None,
) -> CausalImputation:
    """Start from a linear autoregression over the graph, and train what corrects it.

    Parameters
    ----------
    values : ndarray, shape (T, N)
        In the data's unit, NaN where missing.
    times : ndarray of int, shape (T,)
        Consecutive grid positions.
    adjacency : ndarray, shape (N, N)
        Weight of each edge u → v, diagonal zero.
    marginal : SensorMarginal
        From the data's unit to z, fitted on these values.
    settings : CausalSettings
    options : TrainingOptions
        ``batch_size`` is the most windows of 24 rows a step; large networks have fewer, 20,000 entries or two windows.
    known : ndarray, shape (T, n_known), default=None
        Covariates of time, of size about one.
    seed : int, default=0
    start : mapping of str to ndarray, default=None
        Weights to start from, the arrays of an imputation of the same settings; None starts from the linear
        autoregression.

    Returns
    -------
    CausalImputation

    Raises
    ------
    InvalidParameterError, ConvergenceError
        As for :func:`train`.
    """
    n_rows, n_nodes = values.shape
    z = marginal.forward(values, times)
    observed = ~np.isnan(z)
    network = causal_network(adjacency, 0 if known is None else known.shape[1], settings, seed)
    tail = min(max(round(settings.validation_size * n_rows), 2 * WINDOW), n_rows // 2)
    if start is not None:
        load_weights(network, start)
    elif settings.linear_skip and n_rows - tail > settings.order + 1:
        recent = slice(max(0, n_rows - tail - max(_RIDGE_CELLS // n_nodes, 8 * WINDOW)), n_rows - tail)
        filled = nearest_values(np.where(observed[recent], z[recent], 0.0), observed[recent])[0]
        filled = np.where(observed[recent], z[recent], filled)
        weights = network.in_weights().double().numpy()
        network.start_linear(*ridge_autoregression(filled, observed[recent], weights, settings.order))
    store = _store(z, observed, known, n_nodes)
    length = min(WINDOW, n_rows - tail)
    first, last = np.zeros(1, np.int64), np.array([n_rows - tail])
    training = node_windows(store, length, first, last)
    stride = max(length // 2, tail * length * n_nodes // _VALIDATION_CELLS)
    held_out = node_windows(store, length, last, np.array([n_rows]), stride)
    share = settings.mask_probability
    points = Masking(share)
    objective = CausalObjective(
        points, Masking(share / 2, share / 2) if settings.block_mask else points, min(settings.order, length - 1)
    )
    windows = max(2, min(options.batch_size, _BATCH_CELLS // (length * n_nodes)))
    record = train(
        network,
        store,
        training,
        held_out if len(held_out) else None,
        length,
        objective,
        replace(options, batch_size=windows, patience=options.patience if len(held_out) else None),
        mixed_seed(seed, 1),
    )
    plain = CausalImputation(marginal, network, SpreadCalibration.none(), asdict(record))
    around = slice(max(0, n_rows - tail - 4 * WINDOW), n_rows)
    some_known = None if known is None else known[around]
    first_scored = n_rows - tail - around.start
    return _calibrated(plain, values[around], times[around], some_known, objective, first_scored, seed)


def _store(z: np.ndarray, observed: np.ndarray, known: np.ndarray | None, n_nodes: int) -> NodeStore:
    """One sequence of the rows, or parts of them where they are many, with z, m and covariates for features."""
    n_rows = len(z)
    value = np.where(observed, z, 0.0).astype(np.float32)
    features = np.stack([value, observed.astype(np.float32)], axis=-1)
    if known is not None:
        shared = np.broadcast_to(known[:, None, :].astype(np.float32), (n_rows, n_nodes, known.shape[1]))
        features = np.concatenate([features, shared], axis=-1)
    offsets = torch.tensor([0, n_rows])
    return NodeStore(torch.from_numpy(features), torch.from_numpy(value), torch.from_numpy(observed), offsets)


def _calibrated(
    plain: CausalImputation,
    values: np.ndarray,
    times: np.ndarray,
    known: np.ndarray | None,
    objective: CausalObjective,
    first: int,
    seed: int,
) -> CausalImputation:
    """Imputation with the widths that hidden values of the last rows want."""
    noise, gap = [], []
    observed = torch.from_numpy(~np.isnan(values))
    for number in range(_CALIBRATIONS):
        generator = torch.Generator().manual_seed(mixed_seed(seed, 3, number))
        masking = (objective.points, objective.blocks)[number % 2]
        hidden = masking.hide(observed, generator).numpy()
        law = plain.law(np.where(hidden, np.nan, values), times, known)
        hidden[:first] = False
        noise.append(law.to_normal(plain.marginal.forward(values, times))[hidden])
        gap.append(law.gap[hidden])
    spread = SpreadCalibration.fit(np.concatenate(noise), np.concatenate(gap))
    return replace(plain, calibration=spread)
