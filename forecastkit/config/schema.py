"""What a configuration file may hold: its sections, checked by pydantic, and the JSON schema for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ..evaluation.metrics import check_metrics
from .models import ModelSettings, model_settings

if TYPE_CHECKING:
    AnyModel = ModelSettings
else:
    AnyModel = Annotated[Union[tuple(model_settings().values())], Field(discriminator="type")]  # noqa: UP007

Level = Annotated[float, Field(gt=0, lt=100)]
_SECTION = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class DataSection(BaseModel):
    """Where the series come from and which columns are what."""

    model_config = _SECTION

    source: Annotated[str, Field(min_length=1)]
    """Name of a data set (see `forecastkit datasets list`) or path of a CSV or Parquet file, relative to this file."""
    separator: str | None = None
    """Field separator of a CSV file; found by itself unless given."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark of a CSV file; found by itself unless given."""
    encoding: str | None = None
    """Character encoding of a CSV file, such as utf-8 or cp1252; found by itself unless given."""
    date_format: str | None = None
    """How times are written, such as "%d/%m/%Y"; needed only where day and month could be exchanged."""
    time_col: str | None = None
    """Column that holds the time; found by itself unless given."""
    id_col: str | None = None
    """Column that names the series, for a file with one row per series and time; none for a column per series."""
    target_col: str | None = None
    """Column to forecast."""
    split: Literal["train", "test", "all"] | None = None
    """Part of the data set m4_hourly."""
    freq: str | int | None = None
    """Frequency of the times, such as D, W-SUN, MS or h, or a whole step for integer times; found unless given."""
    series: Annotated[list[str | int], Field(min_length=1)] | None = None
    """Only these series: column names of a wide file, or names in `id_col`."""
    covariates: list[str] = []
    """Columns of the file that explain the series; their future is read from rows whose target is empty."""


class BacktestSection(BaseModel):
    """How `forecastkit backtest` cuts the past into training data and windows to forecast."""

    model_config = _SECTION

    horizon: Annotated[int, Field(ge=1)]
    """Number of steps forecast in each window."""
    windows: Annotated[int, Field(ge=1)] | None = None
    """Number of windows, the last of which ends where the data end; 10 unless `start` is given."""
    start: str | int | None = None
    """First cutoff (last observed time of a window), instead of `windows`."""
    step: Annotated[int, Field(ge=1)] | None = None
    """Steps from one cutoff to the next; the horizon unless given."""
    gap: Annotated[int, Field(ge=0)] = 0
    """Steps between a cutoff and the first step that is scored."""
    window: Literal["expanding", "sliding"] = "expanding"
    """Train on everything up to the cutoff, or on the last `train_size` steps only."""
    train_size: Annotated[int, Field(ge=1)] | None = None
    """Steps of training data in a sliding window; those of the first window unless given."""
    cutoffs: Literal["calendar", "per_series"] = "calendar"
    """The same cutoff times for all series, or counted back from each series' own end."""
    refit: bool | Annotated[int, Field(ge=1)] = True
    """Fit at every cutoff, only at the first (false), or at every n-th."""
    level: Annotated[list[Level], Field(min_length=1)] = [80, 95]
    """Coverage of the intervals in percent."""
    metrics: Annotated[list[str], Field(min_length=1)] | None = None
    """Scores to compute; all unless given."""
    baselines: bool = True
    """Add seasonal_naive, the value a season ago, and ar_aic, an autoregression, unless models have these names."""
    seasonal_period: Annotated[int, Field(ge=1)] | None = None
    """Season of seasonal_naive and of the scaled scores, in steps; that of the frequency unless given."""
    n_jobs: int = 1
    """Worker processes; -1 takes every core."""

    @field_validator("metrics")
    @classmethod
    def _metrics_are_known(cls, metrics: list[str] | None) -> list[str] | None:
        """Let the backtest name a metric that there is not."""
        check_metrics(metrics)
        return metrics

    @model_validator(mode="after")
    def _fits_together(self) -> BacktestSection:
        """Refuse settings that contradict each other."""
        if self.window == "expanding" and self.train_size is not None:
            raise ValueError("train_size belongs to window: sliding; window is expanding")
        if self.windows is not None and self.start is not None:
            raise ValueError("windows and start exclude each other; remove one")
        return self


class ForecastSection(BaseModel):
    """What `forecastkit forecast` writes."""

    model_config = _SECTION

    horizon: Annotated[int, Field(ge=1)]
    """Number of steps to forecast after the end of the data."""
    level: Annotated[list[Level], Field(min_length=1)] = [80, 95]
    """Coverage of the intervals in percent."""


class OutputSection(BaseModel):
    """Where results are written; without a directory they are only printed."""

    model_config = _SECTION

    directory: Annotated[str, Field(min_length=1)] | None = None
    """Directory of the results, relative to the directory the command is run in; it is made if missing."""
    format: Literal["csv", "parquet"] = "csv"
    """Format of the tables of forecasts."""
    report: bool = True
    """Write report.html, a page with charts, after a backtest."""


class Configuration(BaseModel):
    """A forecastkit configuration: the data, the models, and what to do with them."""

    model_config = _SECTION

    data: DataSection
    models: Annotated[dict[str, AnyModel], Field(min_length=1)]
    """The models by a name of your choice; each has a `type`, the other keys are the parameters of that type."""
    backtest: BacktestSection | None = None
    forecast: ForecastSection | None = None
    output: OutputSection = OutputSection()


SECTIONS = tuple(Configuration.model_fields)


def json_schema() -> dict[str, Any]:
    """JSON schema of a configuration file, for editors that complete and check YAML.

    Returns
    -------
    dict
        Draft 2020-12, with a description of every key.

    Examples
    --------
    >>> sorted(json_schema()["properties"])
    ['backtest', 'data', 'forecast', 'models', 'output']
    """
    schema = Configuration.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "forecastkit configuration"}
