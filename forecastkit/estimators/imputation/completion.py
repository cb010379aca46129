"""What an imputer returns inside: the joint distribution of what is missing, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class Completion(Protocol):
    """Joint distribution of a table given its observed values, which stay as they are."""

    @property
    def point(self) -> np.ndarray:
        """The table with its gaps filled, shape (n_rows, n_sensors)."""
        ...

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles, shape (n_quantiles, n_rows, n_sensors)."""
        ...

    def sample(self, n_samples: int, generator: np.random.Generator) -> np.ndarray:
        """Joint completions, shape (n_samples, n_rows, n_sensors)."""
        ...


def completion_columns(law: Completion, levels: Sequence[float]) -> dict[str, np.ndarray]:
    """Return the filled table and interval bounds of each level, by the column names of `impute`."""
    columns = {"imputed": law.point}
    if levels:
        tails = np.array([[(100 - each) / 200, (100 + each) / 200] for each in levels]).reshape(-1)
        names = [f"imputed-{side}-{each}" for each in levels for side in ("lo", "hi")]
        columns |= dict(zip(names, law.quantile(tails), strict=True))
    return columns
