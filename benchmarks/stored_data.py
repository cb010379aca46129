"""Data sets that are not shipped, from where they were downloaded to."""

from __future__ import annotations

import os

import pandas as pd

FOLDER = "FORECASTKIT_DATA"


def stored(name: str, split: str | None = None) -> pd.DataFrame | None:
    """Load a data set from the folder that FORECASTKIT_DATA names, else from the cache; None, said, without it."""
    import forecastkit as fk
    from forecastkit.errors import DatasetError

    try:
        return pd.DataFrame(fk.load_dataset(name, cache=os.environ.get(FOLDER), split=split))
    except DatasetError as error:
        print(f"\nskipped, for want of data ({FOLDER} names the folder that holds {name}/): {error}")
        return None
