"""GraphImputer against GRIN's original code: gradient steps, and time until GRIN's best validation error is reached.

python -m benchmarks.grin            both, the second on the Irish wind (10 minutes)
python -m benchmarks.grin steps      gradient steps alone
python -m benchmarks.grin reach      the second alone; "reach metr_la" for the METR-LA week

GRIN_SOURCE names the folder that GRIN was cloned to, FORECASTKIT_DATA the one that holds metr_la_week/.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch

from .grin_original import BATCH, HIDDEN, WINDOW, GRINImputer, GRINTraining, grin_adjacency, grin_network, grin_source
from .imputation_networks import NETWORKS, Network
from .imputation_setting import one_thread, setting
from .imputation_windows import HIDDEN_SHARE, VALIDATION_SHARE

STEPPED = {"irish_wind": 7, "metr_la": 3}  # turns
TRAINED_ROWS, SECONDS = 0.7, 600.0


def their_step(adjacency: np.ndarray) -> Callable[[], float]:
    """One gradient step of GRIN on a batch of random windows."""
    training = GRINTraining(grin_network(adjacency))
    z = torch.randn(BATCH, WINDOW, len(adjacency), generator=torch.Generator().manual_seed(0))
    z[torch.rand(z.shape, generator=torch.Generator().manual_seed(1)) < HIDDEN_SHARE] = torch.nan
    return lambda: training.step(z)


def our_step(adjacency: np.ndarray) -> Callable[[], float]:
    """One gradient step of the network of `GraphImputer` on a batch of random windows: loss, gradient, AdamW."""
    from forecastkit.models.graph_imputer.correction_network import CorrectionNetwork
    from forecastkit.models.graph_imputer.node_features import n_channels
    from forecastkit.models.graph_imputer.objective import CorrectionObjective
    from forecastkit.windows import NodeWindow

    generator = torch.Generator().manual_seed(0)
    shape, channels = (BATCH, WINDOW, len(adjacency)), n_channels(0)
    window = NodeWindow(
        features=torch.randn(*shape, channels, generator=generator),
        target=torch.randn(shape, generator=generator),
        scored=torch.rand(shape, generator=generator) < HIDDEN_SHARE,
        location=torch.zeros(shape),
        scale=torch.ones(shape),
    )
    network, objective = CorrectionNetwork(channels, adjacency, hidden_size=HIDDEN), CorrectionObjective()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)

    def step() -> float:
        optimizer.zero_grad()
        loss = objective.training_loss(network, window, 0.0, generator)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        return float(loss.detach())

    return step


def in_turns(calls: Mapping[str, Callable[[], object]], turns: int) -> dict[str, np.ndarray]:
    """Seconds, and processor seconds, of every call after a first one, shape (turns, 2).

    The calls take turns, so that noise hits all alike.
    """
    for call in calls.values():
        call()
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(turns):
        for name, call in calls.items():
            started, worked = time.perf_counter(), time.process_time()
            call()
            spent[name].append((time.perf_counter() - started, time.process_time() - worked))
    return {name: np.asarray(each) for name, each in spent.items()}


def steps() -> None:
    """Compare gradient steps."""
    print(f"\n### Gradient steps of {BATCH} windows of {WINDOW} steps, hidden {HIDDEN}, both directions\n")
    print(setting() + "\n")
    print("| nodes | network | s a step, median (least, most) | processor s | windows/s | node-steps/s | times GRIN"
          " | by processor |\n|---:|---|---:|---:|---:|---:|---:|---:|")  # fmt: skip
    for name, turns in STEPPED.items():
        network = NETWORKS[name]()
        if network is None:
            continue
        adjacency = grin_adjacency(network.graph, network.X)
        spent = in_turns({"GRIN": their_step(adjacency), "GraphImputer": our_step(adjacency)}, turns)
        for what, each in spent.items():
            (median, worked), seconds, nodes = np.median(each, axis=0), each[:, 0], len(adjacency)
            ratio, ratio_worked = np.median(spent["GRIN"] / each, axis=0)
            print(
                f"| {nodes} | {what} | {median:.3f} ({seconds.min():.3f}, {seconds.max():.3f}) | {worked:.3f} | "
                f"{BATCH / median:,.1f} | {BATCH * WINDOW * nodes / median:,.0f} | {ratio:.2f} | {ratio_worked:.2f} |",
                flush=True,
            )


def reach(network: Network) -> None:
    """Train GRIN, then see how soon ours are as good on the same hidden values of the same rows.

    All learn from the first 85 % of what is trained on, 70 % of the rows with a quarter of the values hidden, and fill
    the rest, of which another quarter is hidden.
    """
    import forecastkit as fk

    hidden = np.random.default_rng(1).random(network.X.shape) < HIDDEN_SHARE
    rows = network.X.mask(hidden).iloc[: int(TRAINED_ROWS * len(network.X))]
    start = int((1 - VALIDATION_SHARE) * len(rows))
    train, actual = rows.iloc[:start], rows.iloc[start:]
    shown = actual.mask(np.random.default_rng(0).random(actual.shape) < HIDDEN_SHARE)
    scored = (shown.isna() & actual.notna()).to_numpy()

    print(f"\n### Time to GRIN's best validation error: {network.title}, {scored.sum():,} hidden values\n")
    print(setting() + "\n")
    print("| model | after processor s | validation MAE | times faster than GRIN to its best |\n|---|---:|---:|---:|")

    def told(seconds: float, score: float) -> None:
        print(f"| GRIN, after an epoch more | {seconds:.1f} | {score:.4f} | |", flush=True)

    grin = GRINImputer(grin_adjacency(network.graph, network.X), seconds=SECONDS, told=told).fit(rows)
    best_seconds, best = min(grin.history_, key=lambda entry: entry[1])
    print(f"| GRIN, best | {best_seconds:.1f} | {best:.4f} | 1 |", flush=True)
    ours: dict[str, Any] = {
        "GaussianImputer": fk.GaussianImputer(graph=network.graph),
        "GraphImputer, after one step": fk.GraphImputer(graph=network.graph, max_steps=1, random_state=0),
        "GraphImputer": fk.GraphImputer(graph=network.graph, random_state=0),
    }
    for name, imputer in ours.items():
        started = time.process_time()
        imputer.fit(train)
        seconds = time.process_time() - started
        score = float(np.abs(pd.DataFrame(imputer.transform(shown)) - actual).to_numpy()[scored].mean())
        faster = f"{best_seconds / seconds:.1f}" if score <= best else "not reached"
        print(f"| {name} | {seconds:.1f} | {score:.4f} | {faster} |", flush=True)


def main(arguments: Sequence[str] = ()) -> None:
    """Print both tables, or the one asked for."""
    warnings.simplefilter("ignore")
    one_thread()
    if grin_source() is None:
        return
    if not arguments or arguments[0] == "steps":
        steps()
    if not arguments or arguments[0] == "reach":
        for name in arguments[1:] or ("irish_wind",):
            network = NETWORKS[name]()
            if network is not None:
                reach(network)


if __name__ == "__main__":
    main(sys.argv[1:])
