"""Train the full graph network of an imputation, and let hidden values decide whether it is used."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch

from ..models.graph_imputer.correction_network import CorrectionNetwork
from ..models.graph_imputer.graph_imputation import GraphImputation
from ..models.graph_imputer.linear_base import LinearBase
from ..models.graph_imputer.masking import Masking
from ..models.graph_imputer.named_weights import load_weights
from ..models.graph_imputer.node_features import REACH, n_channels
from ..models.graph_imputer.objective import CorrectionObjective
from ..models.graph_imputer.realisation import Realisation, masking_plan, realisation_store, realise, row_parts
from ..models.graph_imputer.validation import validate
from ..windows import NodeStore, WindowIndex, mixed_seed, node_windows
from .fit import train
from .options import TrainingOptions

WINDOW = 24
_MARGIN = 3
_CELLS_WANTED = 1_200_000
_MOST_REALISATIONS = 12
_BATCH_CELLS = 20_000
_VALIDATION_CELLS = 150_000
_GATE_REALISATIONS = 4


@dataclass(frozen=True)
class GraphSettings:
    """Settings of the full graph network and of what it learns from.

    Parameters
    ----------
    hidden_size : int, default=64
        Width of a state.
    n_layers : int, default=2
        Layers of the decoder.
    head : {"student_t", "heteroscedastic", "gaussian"}, default="student_t"
        Family of the laws.
    dropout : float, default=0.0
    refine : bool, default=False
        Learn the weights of the graph.
    mask_probability : float, default=0.2
        Share of the observed values that a realisation hides.
    block_mask : bool, default=True
        Hide blocks in time, too, in every second realisation.
    n_realisations : int, default=None
        None: as many as make 1.2 million entries, 2 to 12.
    validation_size : float, default=0.1
        Share of the rows, the last ones, that decide when to stop and whether the network is used.
    """

    hidden_size: int = 64
    n_layers: int = 2
    head: str = "student_t"
    dropout: float = 0.0
    refine: bool = False
    mask_probability: float = 0.2
    block_mask: bool = True
    n_realisations: int | None = None
    validation_size: float = 0.1


def correction_network(adjacency: np.ndarray, n_known: int, settings: GraphSettings, seed: int) -> CorrectionNetwork:
    """Build the network with weights drawn from a seed; global streams stay where they were."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(mixed_seed(seed, 0))
        return CorrectionNetwork(
            n_channels(n_known),
            adjacency,
            settings.hidden_size,
            settings.n_layers,
            settings.head,
            settings.dropout,
            settings.refine,
        )


def fit_graph_imputation(
    values: np.ndarray,
    times: np.ndarray,
    adjacency: np.ndarray,
    base: LinearBase,
    settings: GraphSettings,
    options: TrainingOptions,
    *,
    known: np.ndarray | None = None,
    seed: int = 0,
    start: Mapping[str, np.ndarray] | None = None,
) -> GraphImputation:
    """Train a correction of a linear law on hidden values, and open the gate.

    Parameters
    ----------
    values : ndarray, shape (T, N)
        In the data's unit, NaN where missing.
    times : ndarray of int, shape (T,)
        Consecutive grid positions.
    adjacency : ndarray, shape (N, N)
        Weight of each edge u → v, diagonal zero.
    base : LinearBase
        Fitted on these values.
    settings : GraphSettings
    options : TrainingOptions
        ``batch_size`` is the most windows of 24 rows a step; large networks have fewer, 20,000 entries or two windows.
    known : ndarray, shape (T, n_known), default=None
        Covariates of time, of size about one.
    seed : int, default=0
        Of weights, realisations and training.
    start : mapping of str to ndarray, default=None
        Weights to start from, the arrays of an imputation of the same settings; None draws them.

    Returns
    -------
    GraphImputation

    Raises
    ------
    InvalidParameterError, ConvergenceError
        As for :func:`train`.

    Notes
    -----
    The base is not fitted again for each realisation. Long series and large networks are trained on evenly spread
    parts of their rows, 6 million entries at most.
    """
    network = correction_network(adjacency, 0 if known is None else known.shape[1], settings, seed)
    if start is not None:
        load_weights(network, start)
    n_rows, n_nodes = values.shape
    tail = min(max(round(settings.validation_size * n_rows), 2 * WINDOW), n_rows // 2)
    z = base.marginal.forward(values, times)
    wanted = settings.n_realisations or int(np.clip(_CELLS_WANTED // z.size, 2, _MOST_REALISATIONS))
    parts = row_parts(n_rows, n_nodes, wanted, 8 * WINDOW)
    plan = masking_plan(len(parts), settings.mask_probability, blocks=settings.block_mask)
    realisations = _realisations(z, parts, plan, base, known, seed)
    store = realisation_store(realisations)
    length = min(WINDOW, n_rows - tail)
    windows = max(2, min(options.batch_size, _BATCH_CELLS // (length * n_nodes)))
    ends = np.array([min(part.stop, n_rows - tail) - part.start for part in parts])
    training = node_windows(store, length, np.zeros(len(parts), np.int64), np.maximum(ends, 0))
    held_out = _held_out(store, parts, ends, length, n_nodes)
    objective = CorrectionObjective(min(_MARGIN, (length - 1) // 2))
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
    around = max(0, n_rows - tail - REACH - base.reach)
    hidden = _hidden(
        z[around:], masking_plan(_GATE_REALISATIONS, settings.mask_probability, blocks=settings.block_mask), seed
    )
    some_known = None if known is None else known[around:]
    imputation = validate(base, network, values[around:], times[around:], some_known, hidden, n_rows - tail - around)
    return replace(imputation, record=asdict(record))


def _realisations(
    z: np.ndarray,
    parts: Sequence[slice],
    plan: Sequence[Masking],
    base: LinearBase,
    known: np.ndarray | None,
    seed: int,
) -> list[Realisation]:
    """Realisations, several at once: what takes time are solves that let other threads run."""

    def one(number: int) -> Realisation:
        rows = parts[number]
        generator = torch.Generator().manual_seed(mixed_seed(seed, 2, number))
        hidden = plan[number].hide(torch.from_numpy(~np.isnan(z[rows])), generator).numpy()
        return realise(z[rows], hidden, base, None if known is None else known[rows])

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return list(pool.map(one, range(len(parts))))


def _hidden(z: np.ndarray, plan: Sequence[Masking], seed: int) -> list[np.ndarray]:
    """Values to hide for the gate, other ones than in training."""
    observed = torch.from_numpy(~np.isnan(z))
    return [
        each.hide(observed, torch.Generator().manual_seed(mixed_seed(seed, 3, number))).numpy()
        for number, each in enumerate(plan)
    ]


def _held_out(store: NodeStore, parts: Sequence[slice], ends: np.ndarray, length: int, n_nodes: int) -> WindowIndex:
    """Windows of the held-out rows, as many as a quick look at them takes."""
    first = np.clip(ends, 0, store.lengths)
    rows = int((store.lengths - first).sum())
    wanted = max(2 * len(parts), _VALIDATION_CELLS // (length * n_nodes))
    return node_windows(store, length, first, store.lengths, max(length - 2 * _MARGIN, rows // wanted))
