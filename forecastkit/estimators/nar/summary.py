"""The printed summary of a fitted neural forecaster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from statsmodels.iolib.summary import Summary
from statsmodels.iolib.table import SimpleTable
from statsmodels.iolib.tableformatting import fmt_params

from ...frames import Panel

if TYPE_CHECKING:
    from .attributes import NetworkAttributes

_FORMAT = fmt_params | {"data_aligns": "llr"}


def nar_summary(model: NetworkAttributes, panel: Panel) -> Summary:
    """Build the summary: the network, its training, and why automatic choices fell as they did.

    Parameters
    ----------
    model : NetworkAttributes
        A fitted forecaster.
    panel : Panel
        Its training data.

    Returns
    -------
    statsmodels.iolib.summary.Summary
    """
    training, spec = model.training_, model.network_.specification
    loss, step = training["best_validation_loss"], training["best_step"]
    left = [
        ("Backbone:", spec.backbone),
        ("Order:", f"{spec.order}"),
        ("Block size:", f"{spec.block_size}"),
        ("Head:", spec.head),
        ("Linear skip:", "yes" if spec.linear_skip else "no"),
        ("Weights:", f"{model.n_parameters_:,}"),
    ]
    right = [
        ("Series:", f"{panel.n_series}, {panel.calendar.label}"),
        ("Observations:", f"{int(panel.observed.sum()):,}"),
        ("Steps trained:", f"{training['n_steps']:,}" + (", stopped early" if training["stopped_early"] else "")),
        ("Training loss:", f"{training['training_loss']:.4g}"),
        (
            "Held-out loss:",
            "none held out" if loss is None else f"{loss:.4g} (step {step})",
        ),
        ("Batch size:", f"{model.batch_size}"),
    ]
    rows = [[f"{value}   ", name, other] for (_, value), (name, other) in zip(left, right, strict=True)]
    summary = Summary()
    title = f"{type(model).__name__}: {panel.ids[0] if panel.n_series == 1 else f'{panel.n_series} series'}"
    summary.tables.append(SimpleTable(rows, stubs=[name for name, _ in left], title=title, txt_fmt=_FORMAT))
    notes = [f"Backbone: {training['backbone']}"] if training["backbone"] != "given" else []
    notes += [f"Linear skip: {training['linear_skip']}."] if "linear_skip" in training else []
    if notes:
        summary.add_extra_txt(notes)
    return summary
