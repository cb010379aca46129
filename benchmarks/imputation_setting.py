"""One thread for everything that is compared, and the line that says what was compared where."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("forecastkit", "numpy", "pandas", "scikit-learn", "torch", "pytorch-lightning", "torch-geometric", "pypots")


def one_thread() -> None:
    """Let linear algebra and torch use one thread."""
    import threadpoolctl
    import torch

    threadpoolctl.threadpool_limits(1)
    torch.set_num_threads(1)


def setting(packages: Sequence[str] = PACKAGES) -> str:
    """Machine, versions and load."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, one thread, Python {platform.python_version()}; "
        + ", ".join(f"{name} {_version(name)}" for name in packages)
        + f"; load average {os.getloadavg()[0]:.1f}"
    )


def _processor() -> str:
    """Name of the processor, else its kind."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def _version(name: str) -> str:
    """Version of a package, or that it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
