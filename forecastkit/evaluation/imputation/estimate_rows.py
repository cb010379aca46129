"""The estimates of all imputers as one long frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from .estimate import Estimate, MaskedTable
from .gaps import gap_spans


def estimate_rows(
    names: Sequence[str],
    estimates: Sequence[Sequence[Estimate]],
    tables: Sequence[MaskedTable],
    seeds: Sequence[int],
    levels: Sequence[float],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lay estimates out with a row for every value that imputers were not shown, and their CRPS likewise."""
    parts, scores = [], []
    for seed, table, answers in zip(seeds, tables, estimates, strict=True):
        row, sensor = table.places()
        start, length, distance = (each[row, sensor] for each in gap_spans(~(table.hidden | np.isnan(table.actual))))
        columns: dict[str, Any] = {
            "unique_id": table.ids.take(sensor),
            "ds": table.index.take(row),
            "seed": np.full(len(row), seed),
            "y": table.actual[row, sensor],
            "_row": row,
            "_sensor": sensor,
            "_start": start,
            "_length": length,
            "_distance": distance,
        }
        for name, each in zip(names, answers, strict=True):
            columns[name] = each.point
            if each.bounds is not None:
                for i, percent in enumerate(levels):
                    columns[f"{name}-lo-{percent}"] = each.bounds[:, i]
                    columns[f"{name}-hi-{percent}"] = each.bounds[:, len(levels) + i]
        parts.append(pd.DataFrame(columns))
        scores.append(pd.DataFrame({name: each.crps for name, each in zip(names, answers, strict=True)}))
    return pd.concat(parts, ignore_index=True), pd.concat(scores, ignore_index=True)


def second_rows(names: Sequence[str], estimates: Sequence[Sequence[Estimate]], seeds: Sequence[int]) -> pd.DataFrame:
    """Seconds, and values left empty, of every imputer with every seed."""
    return pd.DataFrame(
        [
            {
                "imputer": name,
                "seed": seed,
                "fit_seconds": each.fit_seconds,
                "transform_seconds": each.transform_seconds,
                "unfilled": each.unfilled,
            }
            for seed, answers in zip(seeds, estimates, strict=True)
            for name, each in zip(names, answers, strict=True)
        ]
    )
