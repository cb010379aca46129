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


class GraphSection(BaseModel):
    """How the sensors are connected, for imputation: coordinates, a list of edges, or a table of weights."""

    model_config = _SECTION

    source: Annotated[str, Field(min_length=1)]
    """Name of a shipped table, such as irish_wind/stations, or path of a CSV or Parquet file, relative to this file:
    columns source, target and weight for edges, latitude and longitude for places, or a square table of weights."""
    sensor_col: str | None = None
    """Column of places that names the sensors; found by itself unless given."""
    source_col: str = "source"
    """Column of edges that names the sensor that informs."""
    target_col: str = "target"
    """Column of edges that names the sensor that is informed."""
    weight_col: str = "weight"
    """Column of edges with their weights; all weigh 1 where there is no such column."""
    directed: bool = True
    """Whether an edge informs its target only; false lets every edge hold both ways."""
    kernel_width: Annotated[float, Field(gt=0)] | Literal["spread"] | None = None
    """Width in km of the kernel that turns distances into weights; the median distance to the fifth nearest sensor
    unless given, the standard deviation of all distances for spread."""
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    """Weights of places below this are no edges; 0.1 unless given."""


class ImputeSection(BaseModel):
    """What `forecastkit impute` writes."""

    model_config = _SECTION

    model: str | None = None
    """Name of the imputer whose values are written; the first among the models unless given."""
    level: Annotated[list[Level], Field(min_length=1)] = [80, 95]
    """Coverage of the intervals in percent."""


class ScoreSection(BaseModel):
    """How `forecastkit impute --score` hides observed values and scores what the imputers make of them."""

    model_config = _SECTION

    pattern: Literal["point", "block", "grin_point", "grin_block", "sensor"] = "point"
    """Single values, values and faults of hours, the same as the GRIN paper draws them, or whole sensors."""
    rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Share of the observed values (or sensors) that is hidden; 0.25 unless given, beside faults 0.05."""
    fault_probability: Annotated[float, Field(ge=0, le=1)] = 0.0015
    """Probability that a fault begins, for each sensor and step."""
    shortest: Annotated[int, Field(ge=1)] = 12
    """Steps of the shortest fault."""
    longest: Annotated[int, Field(ge=1)] = 47
    """Steps of the longest fault."""
    train_size: float | int = 0.7
    """Rows at the beginning that imputers learn from: a share, or a number."""
    test_size: float | int = 0.2
    """Rows at the end whose hidden values are scored: a share, or a number."""
    seeds: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)] = [0]
    """Seeds of the hidden values; scores are means over them."""
    level: Annotated[list[Level], Field(min_length=1)] = [80, 95]
    """Coverage of the intervals in percent."""
    metrics: Annotated[list[str], Field(min_length=1)] | None = None
    """Scores to compute; all unless given."""
    baselines: bool = True
    """Add the mean, linear interpolation, nearest neighbours, iterative regression and autoregression."""


class CompareSection(BaseModel):
    """How `forecastkit compare` holds out the end of the data, and compares models that were fitted before it."""

    model_config = _SECTION

    horizon: Annotated[int, Field(ge=1)]
    """Number of steps forecast from every origin."""
    test_size: float | int = 0.2
    """Steps at the end of every series that are held out: a share, or a number."""
    start: str | int | None = None
    """First cutoff (last time that models are fitted to), instead of `test_size`."""
    step: Annotated[int, Field(ge=1)] = 1
    """Steps from one origin to the next."""
    reference: str | None = None
    """Name of the model that the others are measured against; the first unless given."""
    n_samples: Annotated[int, Field(ge=2)] = 200
    """Paths of each series behind CRPS and energy score, and most paths behind a divergence."""
    random_state: Annotated[int, Field(ge=0)] = 0
    """Seed of the paths."""

    @field_validator("test_size")
    @classmethod
    def _test_size_is_a_part(cls, test_size: float) -> float:
        """Refuse a part that is none."""
        if not (0 < test_size < 1 or (isinstance(test_size, int) and test_size >= 1)):
            raise ValueError(f"{test_size} is neither a share above 0 and below 1 nor a whole number from 1")
        return test_size

    @model_validator(mode="after")
    def _fits_together(self) -> CompareSection:
        """Refuse two ways to say the same."""
        if self.start is not None and "test_size" in self.model_fields_set:
            raise ValueError("test_size and start exclude each other; remove one")
        return self


class OutputSection(BaseModel):
    """Where results are written; without a directory they are only printed."""

    model_config = _SECTION

    directory: Annotated[str, Field(min_length=1)] | None = None
    """Directory of the results, relative to the directory the command is run in; it is made if missing."""
    format: Literal["csv", "parquet"] = "csv"
    """Format of the tables of forecasts."""
    report: bool = True
    """Write report.html, a page with charts, after a backtest, a comparison or an imputation."""
    stability: bool = True
    """Ask in the page of a backtest whether the models' errors fade or grow; some seconds for a slow network."""


class Configuration(BaseModel):
    """A forecastkit configuration: the data, the models, and what to do with them."""

    model_config = _SECTION

    data: DataSection
    models: Annotated[dict[str, AnyModel], Field(min_length=1)]
    """The models by a name of your choice; each has a `type`, the other keys are the parameters of that type."""
    graph: GraphSection | None = None
    backtest: BacktestSection | None = None
    forecast: ForecastSection | None = None
    impute: ImputeSection | None = None
    score: ScoreSection | None = None
    compare: CompareSection | None = None
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
    ['backtest', 'compare', 'data', 'forecast', 'graph', 'impute', 'models', 'output', 'score']
    """
    schema = Configuration.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "forecastkit configuration"}
