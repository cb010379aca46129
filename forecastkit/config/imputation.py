"""A configuration carried out: gaps filled, or imputers scored, and the files asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from ..errors import ConfigurationError, nearest
from ..estimators import BaseImputer
from ..evaluation import ImputationResult, score_imputation
from ..frames import Panel, history_frame, with_every_stamp
from ..frames.layout import Layout
from .data import load_data
from .graph import load_graph, with_graph
from .models import build_model
from .output import prepare_directory, write_table

if TYPE_CHECKING:
    from .schema import Configuration


def run_impute(configuration: Configuration, folder: str | Path) -> tuple[pd.DataFrame, list[Path]]:
    """Fill the gaps of the data by one imputer, and write the filled table, its intervals and a page.

    Parameters
    ----------
    configuration : Configuration
        With an imputer among the models.
    folder : str or Path
        Where a relative ``data.source`` and ``graph.source`` start.

    Returns
    -------
    tuple of DataFrame and list of Path
        A row per missing value, ``unique_id, ds, imputed, imputed-lo-80, ...``; and the files written: none without
        ``output.directory``.

    Raises
    ------
    ConfigurationError
        No model is an imputer, ``impute.model`` names none, or a section names what is not there.
    DirectoryError
        The output directory cannot be written; found out before any work.
    ForecastkitError
        Whatever the data, the graph or the model object to.
    """
    section, output = configuration.impute, configuration.output
    name, imputer = _chosen(_imputers(configuration), None if section is None else section.model)
    directory = prepare_directory(output.directory) if output.directory else None
    panel = _panel(configuration, folder)
    graph = load_graph(configuration.graph, folder, panel.ids)
    imputer = with_graph(imputer, graph)
    levels = [80, 95] if section is None else section.level
    long = _long_layout(panel)
    if panel.observed.all():  # no gap to learn for
        table = pd.DataFrame(history_frame(long, panel.values))
    else:
        table = imputer.fit(panel).impute(long, level=levels if imputer.has_intervals else None)
    table = table.rename(columns={"y": "imputed"})  # what it is called without intervals
    missing = table.loc[~panel.observed].reset_index(drop=True)
    if directory is None:
        return missing, []
    filled = _with_times(history_frame(with_every_stamp(panel), table["imputed"].to_numpy()), panel.layout)
    written = [
        write_table(filled, directory / f"filled.{output.format}"),
        write_table(missing, directory / f"imputed.{output.format}"),
    ]
    if output.report:
        from ..evaluation.imputation import write_filling

        write_filling(table, panel, name, imputer, directory / "report.html", graph=graph)
        written.append(directory / "report.html")
    return missing, written


def run_score(configuration: Configuration, folder: str | Path) -> tuple[ImputationResult, list[Path]]:
    """Hide observed values, score what the imputers make of them, and write the scores and a page.

    Parameters
    ----------
    configuration : Configuration
        With an imputer among the models; its ``score`` section may be left out.
    folder : str or Path
        As for `run_impute`.

    Returns
    -------
    tuple of ImputationResult and list of Path
        The result, and the files written: none without ``output.directory``.

    Raises
    ------
    ConfigurationError, DirectoryError, ForecastkitError
        As for `run_impute`.
    """
    output = configuration.output
    imputers = _imputers(configuration)
    directory = prepare_directory(output.directory) if output.directory else None
    panel = _panel(configuration, folder)
    graph = load_graph(configuration.graph, folder, panel.ids)
    imputers = {name: with_graph(model, graph) for name, model in imputers.items()}
    arguments = {} if configuration.score is None else configuration.score.model_dump(exclude_unset=True)
    result = score_imputation(cast(dict[str, Any], imputers), panel, **arguments)
    if directory is None:
        return result, []
    tables = {
        "scores.csv": result.scores().rename_axis("imputer").reset_index(),
        "by_sensor.csv": result.by_sensor(),
        "by_gap.csv": result.by_gap(),
        f"hidden.{output.format}": result.imputed,
    }
    written = [write_table(table, directory / name) for name, table in tables.items()]
    if output.report:
        result.report(directory / "report.html", graph)
        written.append(directory / "report.html")
    return result, written


def _imputers(configuration: Configuration) -> dict[str, BaseImputer]:
    """Models that are imputers, by name."""
    models = {name: build_model(settings) for name, settings in configuration.models.items()}
    found = {name: model for name, model in models.items() if isinstance(model, BaseImputer)}
    if not found:
        raise ConfigurationError(
            "no model is an imputer; add for example 'gaussian: {type: GaussianImputer}' to the section 'models'"
        )
    return found


def _chosen(imputers: dict[str, BaseImputer], name: str | None) -> tuple[str, BaseImputer]:
    """Return the imputer of that name, the first one unless given."""
    name = next(iter(imputers)) if name is None else name
    if name not in imputers:
        raise ConfigurationError(f"impute.model: there is no imputer {name!r} in models; {nearest(name, imputers)}")
    return name, imputers[name]


def _panel(configuration: Configuration, folder: str | Path) -> Panel:
    """Return the series with their gaps, all on the whole grid."""
    if configuration.data.covariates:
        raise ConfigurationError("data.covariates belong to forecasters; imputers use the sensors alone: remove them")
    return load_data(configuration.data, folder, whole=True).panel


def _long_layout(panel: Panel) -> Panel:
    """Return the panel as it would come from a long frame with a row for every value."""
    names = {"id_col": "unique_id", "time_col": "ds", "target_col": "y"}
    return replace(panel, layout=replace(panel.layout, kind="long", index=None, rows=None, trimmed=None, **names))


def _with_times(table: pd.Series | pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Return a table with its times in a column, as a file has them."""
    if layout.kind == "long":
        return pd.DataFrame(table)
    return pd.DataFrame(table.rename_axis(index=table.index.name or "ds").reset_index())
