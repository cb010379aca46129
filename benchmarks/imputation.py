"""Gaps of sensor networks: a quarter of the values hidden as points, and GRIN's faults; fit on 70 % of the rows.

python -m benchmarks.imputation                                    all networks, both masks
python -m benchmarks.imputation irish_wind --mask point            one of each
python -m benchmarks.imputation irish_wind --only SAITS BRITS      some imputers, and the baselines
python -m benchmarks.imputation irish_wind --grin                  GRIN as well: minutes (GRIN_SOURCE names its folder)

FORECASTKIT_DATA names the folder that holds metr_la_week/ and gefcom2012/. Hidden values of the last 20 % are scored.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from .imputation_networks import BLOCK, NETWORKS, POINT, Network
from .imputation_setting import one_thread, setting

MASKS: dict[str, dict[str, Any]] = {"point": POINT, "block": BLOCK}
REFERENCE = "GaussianImputer"


def ours(network: Network) -> dict[str, Callable[[], Any]]:
    """How to make the imputers of forecastkit, with default settings."""
    import forecastkit as fk

    graph = network.graph
    return {
        REFERENCE: lambda: fk.GaussianImputer(graph=graph),
        "GaussianImputer, state_space": lambda: fk.GaussianImputer(graph=graph, form="state_space"),
        "GraphImputer": lambda: fk.GraphImputer(graph=graph, random_state=0),
        "GraphImputer, forward": lambda: fk.GraphImputer(graph=graph, direction="forward", random_state=0),
    }


def peers(network: Network, grin: bool) -> dict[str, Callable[[], Any]]:
    """How to make those of PyPOTS, and GRIN where it is wanted and there."""
    from .imputation_pypots import PyPOTSImputer

    made: dict[str, Callable[[], Any]] = {
        name: lambda name=name: PyPOTSImputer(name, network.window) for name in ("SAITS", "BRITS")
    }
    if grin:
        from .grin_original import GRINImputer, grin_adjacency, grin_source

        if grin_source() is not None:
            made["GRIN"] = lambda: GRINImputer(grin_adjacency(network.graph, network.X))
    return made


def table(network: Network, mask: str, only: Sequence[str], grin: bool) -> None:
    """Score everything on one network and print it as Markdown."""
    from forecastkit.evaluation.imputation import score_imputation

    known = {**ours(network), **peers(network, grin)}
    chosen = {name: make() for name, make in known.items() if not only or name in only}
    result = score_imputation(chosen, network.X, **MASKS[mask], progress=False)
    scores = pd.DataFrame(result.scores())
    reference = scores["mae"].get(REFERENCE, scores["mae"]["linear"])
    hidden = len(result.imputed) // len(result.seeds)
    print(f"\n### {network.title}: {mask} mask, seed {result.seeds[0]}, {hidden:,} hidden values scored\n")
    print(setting() + "\n")
    against = REFERENCE if REFERENCE in scores.index else "linear"
    print(f"| imputer | MAE | times {against} | RMSE | MRE, % | CRPS | cover 80 | cover 95 | fit, s | fill, s |")
    print("|---|" + 9 * "---:|")
    for name, row in scores.iterrows():
        cells = [
            f"{row['mae']:.3f}", f"{row['mae'] / reference:.2f}", f"{row['rmse']:.3f}", f"{100 * row['mre']:.2f}",
            f"{row['crps']:.3f}", f"{100 * row['coverage-80']:.1f}", f"{100 * row['coverage-95']:.1f}",
            f"{row['fit_seconds']:.1f}", f"{row['transform_seconds']:.1f}",
        ]  # fmt: skip
        print(f"| {name} | " + " | ".join("" if cell == "nan" else cell for cell in cells) + " |")
    for name, why in result.skipped.items():
        print(f"\n{name} is left out: {why}")
    sys.stdout.flush()


def main(arguments: Sequence[str] = ()) -> None:
    """Print a table for each network and mask."""
    parser = argparse.ArgumentParser(description="Imputation of sensor networks, beside peers.")
    parser.add_argument("networks", nargs="*", help=f"of {', '.join(NETWORKS)}; all by default")
    parser.add_argument("--mask", nargs="+", choices=list(MASKS), default=list(MASKS))
    parser.add_argument("--only", nargs="+", default=[], metavar="IMPUTER", help="some imputers, by their names")
    parser.add_argument("--grin", action="store_true", help="GRIN by its authors' code too")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.networks) - set(NETWORKS):
        parser.error(f"there is no network {', '.join(sorted(unknown))}; there are {', '.join(NETWORKS)}")
    warnings.simplefilter("ignore")
    one_thread()
    for name in chosen.networks or NETWORKS:
        network = NETWORKS[name]()
        for mask in chosen.mask if network is not None else ():
            table(network, mask, chosen.only, chosen.grin)


if __name__ == "__main__":
    main(sys.argv[1:])
