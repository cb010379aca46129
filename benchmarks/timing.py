"""Fair timing on a noisy machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping


def alternate(calls: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Best seconds of each call, after one that is not counted; the calls take turns so that noise hits all alike."""
    best = dict.fromkeys(calls, float("inf"))
    for call in calls.values():
        call()
    for _ in range(repeats):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - started)
    return best


def show(title: str, seconds: dict[str, float], reference: str) -> None:
    """Print a Markdown table of seconds and of ratios to one of them, and how busy the machine was."""
    print(f"\n### {title}\n\n| what | seconds | times {reference} |\n|---|---:|---:|")
    for name, value in seconds.items():
        print(f"| {name} | {value:.4f} | {value / seconds[reference]:.2f} |")
    print(f"\nload average {os.getloadavg()[0]:.1f}", flush=True)
