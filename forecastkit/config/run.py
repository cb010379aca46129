"""A configuration carried out: the backtest or the forecast it describes, and the files it asks for."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ..errors import ConfigurationError, DirectoryError, ForecastkitError
from ..estimators import BaseForecaster
from ..evaluation import BacktestResult, backtest
from ..evaluation.backtest import name_models
from ..evaluation.checkpoint import locked
from ..frames import Panel
from .data import load_data
from .graph import load_graph, with_graph
from .models import build_model
from .output import prepare_directory, write_table

if TYPE_CHECKING:
    from .schema import Configuration, OutputSection

_CHECKPOINT = ".checkpoint"
_LOCK = ".lock"


def run_backtest(configuration: Configuration, folder: str | Path) -> tuple[BacktestResult, list[Path]]:
    """Run the backtest of a configuration and write its results.

    Parameters
    ----------
    configuration : Configuration
        With a ``backtest`` section.
    folder : str or Path
        Where a relative ``data.source`` starts.

    Returns
    -------
    tuple of BacktestResult and list of Path
        The result, and the files written: none without ``output.directory``.

    Raises
    ------
    ConfigurationError
        There is no ``backtest`` section, or the data section names what is not there.
    DirectoryError
        The output directory cannot be written; found out before any work.
    ForecastkitError
        Whatever the data or the models object to.

    Notes
    -----
    Finished parts are kept in ``.checkpoint`` in the output directory, so that an interrupted run goes on there; it is
    removed once the results are written, and where the data or a model turn out to be wrong.
    """
    if configuration.backtest is None:
        raise ConfigurationError(
            "there is no backtest section; add for example 'backtest: {horizon: 12}', or --set backtest.horizon=12"
        )
    output = configuration.output
    directory = prepare_directory(output.directory) if output.directory else None
    data = load_data(configuration.data, folder)
    arguments = configuration.backtest.model_dump(exclude_unset=True)
    models = forecasters(configuration, folder, data.panel)
    if directory is None:
        return backtest(models, data.panel, data.X, **arguments), []
    with locked(directory, _LOCK):  # from the first forecast to the last table
        checkpoint = directory / _CHECKPOINT
        try:
            result = backtest(models, data.panel, data.X, **arguments, directory=checkpoint)
        except ForecastkitError as error:
            if not isinstance(error, DirectoryError):  # it would fail again, and be in the way of what is put right
                shutil.rmtree(checkpoint, ignore_errors=True)
                (directory / _LOCK).unlink(missing_ok=True)
            raise
        written = _write_backtest(result, directory, output)
        shutil.rmtree(checkpoint)
        (directory / _LOCK).unlink(missing_ok=True)
    return result, written


def run_forecast(configuration: Configuration, folder: str | Path) -> tuple[pd.DataFrame, list[Path]]:
    """Fit every model of a configuration to all data and forecast what comes after.

    Parameters
    ----------
    configuration : Configuration
        With a ``forecast`` section.
    folder : str or Path
        Where a relative ``data.source`` starts.

    Returns
    -------
    tuple of DataFrame and list of Path
        Columns ``unique_id, ds``, then for each model ``<model>, <model>-lo-80, <model>-hi-80, ...``; and the file
        written: none without ``output.directory``.

    Raises
    ------
    ConfigurationError
        There is no ``forecast`` section, or the data section names what is not there.
    DirectoryError
        The output directory cannot be written; found out before any work.
    ForecastkitError
        Whatever the data or the models object to.
    """
    section, output = configuration.forecast, configuration.output
    if section is None:
        raise ConfigurationError(
            "there is no forecast section; add for example 'forecast: {horizon: 12}', or --set forecast.horizon=12"
        )
    directory = prepare_directory(output.directory) if output.directory else None
    data = load_data(configuration.data, folder)
    panel = replace(data.panel, layout=replace(data.panel.layout, kind="long"))
    tables = []
    for name, model in name_models(forecasters(configuration, folder, data.panel)).items():
        X = data.X if model.uses_covariates else None
        table = model.fit(panel, X).predict_interval(section.horizon, level=section.level, X=X)
        table.columns = ["unique_id", "ds", *(str(column).replace("forecast", name, 1) for column in table.columns[2:])]
        tables.append(table)
    result = pd.concat([tables[0], *(table.iloc[:, 2:] for table in tables[1:])], axis=1)
    return result, [] if directory is None else [write_table(result, directory / f"future.{output.format}")]


def forecasters(configuration: Configuration, folder: str | Path, panel: Panel) -> dict[str, BaseForecaster]:
    """Build the forecasters among the models.

    Parameters
    ----------
    configuration : Configuration
        What was asked for.
    folder : str or Path
        Where a relative ``graph.source`` starts.
    panel : Panel
        The series.

    Returns
    -------
    dict of str to BaseForecaster
        By name, not fitted.

    Raises
    ------
    ConfigurationError
        None of the models is a forecaster, or the graph is not there.
    """
    models = {name: build_model(settings) for name, settings in configuration.models.items()}
    found = {name: model for name, model in models.items() if isinstance(model, BaseForecaster)}
    if not found:
        raise ConfigurationError(
            "no model is a forecaster; add for example 'ar: {type: ARForecaster}' to the section 'models', or fill gaps"
            " with the command impute"
        )
    graph = load_graph(configuration.graph, folder, panel.ids)
    return {name: with_graph(model, graph) for name, model in found.items()}


def _write_backtest(result: BacktestResult, directory: Path, output: OutputSection) -> list[Path]:
    """Write tables and page."""
    tables = {
        "scores.csv": result.scores().reset_index(),
        "by_horizon.csv": result.by_horizon(),
        "by_series.csv": result.by_series(),
        "by_cutoff.csv": result.by_cutoff(),
        f"forecasts.{output.format}": result.forecasts,
    }
    written = [write_table(table, directory / name) for name, table in tables.items()]
    if output.report:
        written.append(result.report(directory / "report.html", stability=output.stability))
    return written
