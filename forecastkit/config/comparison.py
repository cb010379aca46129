"""A configuration carried out: models fitted to the beginning of the data, and compared on its end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ConfigurationError, nearest
from ..evaluation import ComparisonResult, compare
from ..evaluation.backtest import name_models
from ..evaluation.origins import start_position
from ..frames import Panel
from ..frames.wording import count_of
from .data import load_data
from .output import prepare_directory, write_table
from .run import forecasters

if TYPE_CHECKING:
    from .schema import CompareSection, Configuration


def run_compare(configuration: Configuration, folder: str | Path) -> tuple[ComparisonResult, list[Path]]:
    """Fit every forecaster of a configuration to the training part, compare them on the rest, and write the results.

    Parameters
    ----------
    configuration : Configuration
        With a ``compare`` section.
    folder : str or Path
        Where a relative ``data.source`` starts.

    Returns
    -------
    tuple of ComparisonResult and list of Path
        The result, and the files written: none without ``output.directory``.

    Raises
    ------
    ConfigurationError
        There is no ``compare`` section, too little is held out, or a section names what is not there.
    DirectoryError
        The output directory cannot be written; found out before any work.
    ForecastkitError
        Whatever the data or the models object to.
    """
    section, output = configuration.compare, configuration.output
    if section is None:
        raise ConfigurationError(
            "there is no compare section; add for example 'compare: {horizon: 12}', or --set compare.horizon=12"
        )
    directory = prepare_directory(output.directory) if output.directory else None
    data = load_data(configuration.data, folder)
    models = name_models(forecasters(configuration, folder, data.panel))
    if section.reference is not None and section.reference not in models:
        raise ConfigurationError(
            f"compare.reference: there is no forecaster {section.reference!r} in models; "
            f"{nearest(section.reference, models)}"
        )
    training, held_out = _parted(data.panel, section)
    fitted = {name: model.fit(training, data.X if model.uses_covariates else None) for name, model in models.items()}
    result = compare(
        fitted,
        held_out,
        data.X if any(model.uses_covariates for model in models.values()) else None,
        horizon=section.horizon,
        step=section.step,
        reference=section.reference,
        n_samples=section.n_samples,
        random_state=section.random_state,
    )
    if directory is None:
        return result, []
    written = [
        write_table(result.table, directory / "compare.csv"),
        write_table(result.by_horizon, directory / "divergence.csv"),
    ]
    if output.report:
        written.append(result.report(directory / "report.html"))
    return result, written


def _parted(panel: Panel, section: CompareSection) -> tuple[Panel, Panel]:
    """Part the series into what models are fitted to and what is held out; series without a past are left out."""
    if section.start is not None:
        ends = np.full(panel.n_series, start_position(panel, section.start) + 1)
    else:
        share = section.test_size
        ends = panel.ends - (share if isinstance(share, int) else np.round(share * panel.lengths).astype(int))
    room = int((panel.ends - ends).max())
    if room < section.horizon:
        key = "test_size" if section.start is None else "start"
        raise ConfigurationError(
            f"compare.{key} holds out {count_of(max(room, 0), 'step')}, and compare.horizon={section.horizon} needs as "
            "many or more"
        )
    training = panel.between(None, ends)
    if not training.n_series or training.lengths.max() < 2:
        raise ConfigurationError("compare: nothing is left to fit the models to; hold out less")
    held_out = panel.between(ends, panel.ends)
    return training, held_out.select(np.flatnonzero(training.ids.get_indexer(held_out.ids) >= 0))
