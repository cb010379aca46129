"""Which covariates a network reads, and as which numbers: scaled, or as codes of categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InvalidFrameError, nearest
from ...frames import Covariates, Panel, calendar_features
from ...frames.wording import count_of, shown

if TYPE_CHECKING:
    from ...models import CovariateShape

Label = str | float


@dataclass(frozen=True)
class ColumnGroup:
    """Columns that are treated alike: numbers with their centre and unit, and categories with their labels.

    Parameters
    ----------
    numeric : tuple
        Names of the columns of numbers.
    center, scale : tuple of float
        What is taken off each of them, and what it is divided by.
    labels : dict
        Labels of each column of categories, by name; a label's place is its code.
    """

    numeric: tuple[Any, ...] = ()
    center: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    labels: Mapping[Any, tuple[Label, ...]] | None = None

    @property
    def names(self) -> tuple[Any, ...]:
        """All columns, those of numbers first."""
        return self.numeric + tuple(self.labels or {})

    @property
    def cardinalities(self) -> tuple[int, ...]:
        """Number of labels of each column of categories."""
        return tuple(len(each) for each in (self.labels or {}).values())

    def encoded(self, values: np.ndarray, categories: Mapping[Any, Sequence[str]]) -> np.ndarray:
        """Scale numbers and code categories.

        Parameters
        ----------
        values : ndarray, shape (n_rows, n_columns)
            In the order of `names`; categories as numbers, or as places in the labels of ``categories``.
        categories : dict
            Labels of the columns that were text.

        Returns
        -------
        ndarray, shape (n_rows, n_columns)

        Raises
        ------
        InvalidFrameError
            A category was not there when the model was fitted.
        """
        k = len(self.numeric)
        result = np.empty_like(values)
        result[:, :k] = (values[:, :k] - np.array(self.center)) / np.array(self.scale)
        for j, (name, labels) in enumerate((self.labels or {}).items(), start=k):
            text = categories.get(name)
            given = np.unique(values[:, j])
            found = [float(each) if text is None else text[int(each)] for each in given]
            unknown = [label for label in found if label not in labels]
            if unknown:
                raise InvalidFrameError(
                    f"the covariate {name!r} has {count_of(len(unknown), 'value')} that the fit did not have: "
                    f"{shown(unknown)}; {nearest(unknown[0], labels)}. Give one of these, or fit on data with it."
                )
            codes = np.array([labels.index(label) for label in found], dtype=float)
            result[:, j] = codes[np.searchsorted(given, values[:, j])] if len(given) else 0.0
        return result


def column_group(
    names: Sequence[Any], values: np.ndarray, categories: Mapping[Any, Sequence[str]], categorical: Sequence[Any]
) -> ColumnGroup:
    """Learn centre, unit and labels of columns.

    Parameters
    ----------
    names : sequence
        Of the columns of ``values``.
    values : ndarray, shape (n_rows, n_columns)
        Finite; of the training rows.
    categories : dict
        Labels of the columns that were text, which are categories.
    categorical : sequence
        Columns of numbers that stand for categories.

    Returns
    -------
    ColumnGroup
    """
    coded = {*categorical, *categories}
    place = {name: j for j, name in enumerate(names)}
    numeric = tuple(name for name in names if name not in coded)
    numbers = values[:, [place[name] for name in numeric]]
    center = numbers.mean(axis=0) if len(numbers) else np.zeros(len(numeric))
    scale = numbers.std(axis=0) if len(numbers) else np.ones(len(numeric))
    labels: dict[Any, tuple[Label, ...]] = {}
    for name in names:
        if name in coded:
            given = np.unique(values[:, place[name]])
            known = categories.get(name)
            labels[name] = tuple(float(each) if known is None else known[int(each)] for each in given)
    return ColumnGroup(numeric, tuple(center.tolist()), tuple(np.where(scale > 0, scale, 1.0).tolist()), labels)


@dataclass(frozen=True)
class CovariatePlan:
    """Covariates of a conditional network.

    Parameters
    ----------
    known, past, static : ColumnGroup
        Known ahead, known up to the origin, constant in each series.
    calendar : tuple of str
        Features of the time stamps, known ahead.
    """

    known: ColumnGroup = ColumnGroup()
    past: ColumnGroup = ColumnGroup()
    static: ColumnGroup = ColumnGroup()
    calendar: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Any, ...]:
        """Names of all columns, by what they are to the network."""
        groups = self.known, self.past, self.static
        return *((group.numeric, tuple(group.labels or {})) for group in groups), self.calendar

    def known_rows(self, panel: Panel, X: Covariates | None, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return encoded known covariates and calendar features of stretches of each series, one after the other.

        Parameters
        ----------
        panel : Panel
            The series.
        X : Covariates or None
            Their covariates.
        starts, lengths : ndarray of int64, shape (n_series,)
            First grid position and number of rows of each stretch.

        Returns
        -------
        ndarray, shape (sum(lengths), n_known)
            Numbers, then codes.
        """
        values = group_rows(self.known, X, starts, lengths)
        if not self.calendar:
            return values
        before = np.cumsum(lengths) - lengths
        positions = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
        features = calendar_features(panel.calendar, positions, self.calendar)
        k = len(self.known.numeric)
        return np.column_stack([values[:, :k], features.numeric, values[:, k:], features.codes])

    def known_shape(self, panel: Panel) -> CovariateShape:
        """Shape of `known_rows`."""
        from ...models import CovariateShape

        features = calendar_features(panel.calendar, np.zeros(1, dtype=np.int64), self.calendar)
        n_numeric = len(self.known.numeric) + features.numeric.shape[1]
        return CovariateShape(n_numeric, self.known.cardinalities + features.cardinalities)

    def to_json(self) -> dict[str, Any]:
        """Return JSON types that `from_json` turns back into the plan."""
        groups = {name: asdict(getattr(self, name)) for name in ("known", "past", "static")}
        for group in groups.values():
            group["labels"] = list((group["labels"] or {}).items())
        return {**groups, "calendar": list(self.calendar)}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> CovariatePlan:
        """Inverse of `to_json`."""
        groups = {}
        for name in ("known", "past", "static"):
            group = plain[name]
            numbers = {key: tuple(float(each) for each in group[key]) for key in ("center", "scale")}
            labels = {_name(key): tuple(each) for key, each in group["labels"]}
            groups[name] = ColumnGroup(tuple(_name(each) for each in group["numeric"]), **numbers, labels=labels)
        return cls(**groups, calendar=tuple(str(each) for each in plain["calendar"]))


def group_rows(group: ColumnGroup, X: Covariates | None, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Encode the rows of a group of columns of X, for stretches of each series; no columns without a group."""
    if not group.names:
        return np.empty((int(lengths.sum()), 0))
    if X is None:
        raise InvalidFrameError(f"the model was fitted with the covariates {shown(list(group.names))}: give them as X")
    columns = X.columns(group.names)
    return group.encoded(columns.rows(starts, lengths), columns.categories)


def _name(plain: Any) -> Any:
    """Name of a column from JSON, where a tuple has become a list."""
    return tuple(_name(each) for each in plain) if isinstance(plain, list) else plain
