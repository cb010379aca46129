"""The document around a report: everything in one HTML file, which asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2

from ...atomic_file import atomic_file
from ...errors import DirectoryError
from ...plots.palette import DARK_OF, ModelStyle, dark_colors
from .chart import Chart

_CSS_DASH = {"solid": "solid", "dash": "dashed", "dot": "dotted", "dashdot": "double"}


def render_document(
    template: str,
    title: str,
    styles: Mapping[str, ModelStyle],
    charts: Mapping[str, Chart | None],
    settings: Mapping[str, Any],
    versions: Mapping[str, str],
    **context: Any,
) -> str:
    """Return a report as one self-contained HTML page.

    Parameters
    ----------
    template : str
        Name of a file beside this module that extends ``document.html.jinja``.
    title : str
        Title of the page.
    styles : mapping of str to ModelStyle
        How each model is drawn, in the order of the table.
    charts : mapping of str to Chart or None
        Charts by name; None for one that the page goes without.
    settings, versions : mapping
        How it was done.
    **context
        What else the template reads: ``verdict``, ``facts``, ``metric``, ``table``, ``reference`` and its own.

    Returns
    -------
    str
        HTML with its style, script and charts inside; a content security policy forbids every request.
    """
    from plotly.offline import get_plotlyjs

    drawn = {name: chart for name, chart in charts.items() if chart is not None}
    scripts = [_inline(get_plotlyjs()), _inline(_source("page.js"))]
    data = {
        "charts": {name: chart.data for name, chart in drawn.items()},
        "models": list(styles),
        "dark": dark_colors(),
    }
    return _template(template).render(
        title=title,
        policy=_policy(scripts),
        css=_source("page.css"),
        scripts=scripts,
        data=_json(data),
        styles=_css_styles(styles),
        charts=drawn,
        models=list(styles),
        settings=_lines(settings),
        versions=_lines(versions),
        **context,
    )


def write_document(text: str, path: str | os.PathLike[str]) -> Path:
    """Write a page to a file.

    Parameters
    ----------
    text : str
        The page.
    path : str or path
        The file; one that is there is replaced, in one step.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DirectoryError
        The file cannot be written; what was there before is unchanged.
    """
    path = Path(path)
    try:
        with atomic_file(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or error
        message = f"the report cannot be written to {path}: {reason}; name a file in a folder that you can write to"
        raise DirectoryError(message) from error
    return path


def _css_styles(styles: Mapping[str, ModelStyle]) -> dict[str, dict[str, str]]:
    """Return each model's colours and border style for the style sheet."""
    return {
        model: {"light": style.color, "dark": DARK_OF[style.color], "dash": _CSS_DASH[style.dash]}
        for model, style in styles.items()
    }


def _lines(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested settings as dotted names and values."""
    lines: list[tuple[str, str]] = []
    for key, value in settings.items():
        if isinstance(value, Mapping) and value:
            lines += _lines(value, f"{prefix}{key}.")
        else:
            text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
            lines.append((f"{prefix}{key}", text))
    return lines


def _json(value: object) -> str:
    """Write JSON that can stand in a script element whatever the names in it are."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _inline(script: str) -> str:
    """Return a script as it can stand in a page, byte for byte as the browser will hash it."""
    return script.replace("\r\n", "\n").replace("\r", "\n").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _policy(scripts: list[str]) -> str:
    """Return a content security policy: nothing is loaded, and only the page's own scripts run."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    # older plotly scripts try the browser's image formats on pictures they carry with them
    rules = ("default-src 'none'", f"script-src {allowed}", "style-src 'unsafe-inline'", "img-src data:")
    return "; ".join((*rules, "base-uri 'none'", "form-action 'none'"))


def _source(name: str) -> str:
    """Return a file that lies beside this module."""
    return resources.files("forecastkit.evaluation.report").joinpath(name).read_text(encoding="utf-8")


def _template(name: str) -> jinja2.Template:
    """Return a template, which escapes all that is put into it."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
