"""The graph section: how the sensors are connected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from ..datasets import list_datasets, load_dataset
from ..errors import ConfigurationError, InvalidFrameError, MissingFileError
from ..frames.edges import sensor_graph
from ..frames.sensor_graph import SensorGraph

if TYPE_CHECKING:
    from .schema import GraphSection

Model = TypeVar("Model", bound=Any)


def with_graph(model: Model, graph: SensorGraph | None) -> Model:
    """Give a graph to a model that takes one, itself or in a part of it.

    Parameters
    ----------
    model : estimator
        Changed in place.
    graph : SensorGraph or None
        None leaves it as it is.

    Returns
    -------
    estimator
        The same.
    """
    names = [name for name in model.get_params(deep=True) if name.rpartition("__")[2] == "graph"]
    return model if graph is None or not names else model.set_params(**dict.fromkeys(names, graph))


def load_graph(section: GraphSection | None, folder: str | Path, sensors: pd.Index) -> SensorGraph | None:
    """Load the graph that a section names.

    Parameters
    ----------
    section : GraphSection or None
        None is no graph.
    folder : str or Path
        Where a relative ``graph.source`` starts.
    sensors : pandas.Index
        Names of the series.

    Returns
    -------
    SensorGraph or None

    Raises
    ------
    ConfigurationError, MissingFileError, InvalidFrameError
        The source is not there, cannot be read, or is no graph over these sensors.
    """
    if section is None:
        return None
    table = _read(section.source, Path(folder))
    options = section.model_dump(exclude={"source"}, exclude_unset=True)
    columns = {str(name).lower() for name in table.columns}
    is_edges = {section.source_col.lower(), section.target_col.lower()} <= columns
    if not is_edges and not columns & {"latitude", "lat", "longitude", "lon", "lng"}:
        table = table.set_index(table.columns[0])  # a square table has the sensors in its first column as well
        table.index = table.index.astype(table.columns.dtype)
    try:
        return sensor_graph(table, sensors, **options)
    except InvalidFrameError as error:
        raise InvalidFrameError(f"graph.source {section.source}: {error}") from error


def _read(source: str, folder: Path) -> pd.DataFrame:
    """Read a shipped table, or a CSV or Parquet file."""
    if source.split("/")[0] in [card.name for card in list_datasets()] and "/" in source:
        return pd.DataFrame(load_dataset(source))
    path = folder / Path(source).expanduser()
    if not path.exists():
        raise ConfigurationError(
            f"graph.source: there is no file {str(path)!r}; give a CSV or Parquet file with columns source, target and "
            "weight, or sensor, latitude and longitude"
        )
    try:
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, sep=None, engine="python")
    except (OSError, ValueError) as error:
        raise MissingFileError(f"graph.source: {path} cannot be read as a table: {error}") from error
