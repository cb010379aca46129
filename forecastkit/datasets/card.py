"""Cards: what a data set holds, where it comes from, under which licence, and the checksums of its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import DatasetError, nearest


@dataclass(frozen=True)
class DataFile:
    """One file of a data set.

    Parameters
    ----------
    name : str
        File name.
    size : int
        Length in bytes.
    sha256 : str
        Checksum of the content, 64 hexadecimal digits.
    url : str, default=None
        Where it is downloaded from; None for a shipped file.
    """

    name: str
    size: int
    sha256: str
    url: str | None = None


@dataclass(frozen=True)
class Card:
    """What is known about a data set.

    Parameters
    ----------
    name : str
        Name that `load_dataset` takes.
    title : str
        One line: what was measured, where and when.
    source : str
        Where the data was published.
    licence : str
        Terms of use, or that none are stated.
    citation : str
        Work to cite.
    shape : str
        Numbers of rows and series, in words.
    unit : str
        Unit of the values.
    frequency : str
        Step between two times, in words.
    seasonal_period : int
        Usual seasonal period, in steps.
    obtained : {"shipped", "statsmodels", "download"}
        How the data gets here.
    files : tuple of DataFile, default=()
        Its files; none where statsmodels holds them.
    """

    name: str
    title: str
    source: str
    licence: str
    citation: str
    shape: str
    unit: str
    frequency: str
    seasonal_period: int
    obtained: Literal["shipped", "statsmodels", "download"]
    files: tuple[DataFile, ...] = ()


def data_directory() -> Path:
    """Folder of the cards and shipped files: inside an installed package, else in the checkout.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DatasetError
        If neither folder exists.

    Examples
    --------
    >>> (data_directory() / "sunspots" / "card.yaml").exists()
    True
    """
    package = Path(__file__).resolve().parents[1]
    places = [package / "_data", package.parent / "datasets"]
    for place in places:
        if (place / "sunspots" / "card.yaml").is_file():
            return place
    raise DatasetError(f"the shipped data is in neither {places[0]} nor {places[1]}: install forecastkit again")


def list_datasets() -> list[Card]:
    """Cards of all data sets, sorted by name.

    Returns
    -------
    list of Card

    Examples
    --------
    >>> [card.name for card in list_datasets()]
    ['co2', 'elnino', 'ett_h1', 'irish_wind', 'm4_hourly', 'sunspots']
    """
    return [_read_card(path) for path in sorted(data_directory().glob("*/card.yaml"))]


def dataset_card(name: str) -> Card:
    """Card of one data set.

    Parameters
    ----------
    name : str
        Name of the data set.

    Returns
    -------
    Card

    Raises
    ------
    DatasetError
        If there is no such data set; the message says the nearest name.

    Examples
    --------
    >>> dataset_card("sunspots").frequency
    'yearly'
    """
    names = sorted(path.parent.name for path in data_directory().glob("*/card.yaml"))
    if name not in names:
        raise DatasetError(f"there is no data set {name!r}; {nearest(name, names)}")
    return _read_card(data_directory() / name / "card.yaml")


def _read_card(path: Path) -> Card:
    """Card written in a YAML file."""
    import yaml

    fields: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Card(**{**fields, "files": tuple(DataFile(**file) for file in fields["files"])})
