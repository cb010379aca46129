"""Configuration of the documentation; the build needs no network."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from dataset_cards import cards_table
from key_reference import key_reference
from sphinx.application import Sphinx

from forecastkit import __version__

project = "forecastkit"
author = "The forecastkit developers"
copyright = "2026, the forecastkit developers"
release = version = __version__

extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
exclude_patterns = ["_build"]
templates_path = ["_templates"]
nitpicky = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autosummary_generate = True
# the page of a name that is gone would be an orphan, which is a warning, which is an error
shutil.rmtree(Path(__file__).parent / "api" / "generated", ignore_errors=True)
autodoc_typehints = "none"  # numpydoc's parameter lists say the types
autodoc_member_order = "groupwise"
autodoc_default_options = {"inherited-members": "BaseEstimator"}
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "furo"
html_title = f"forecastkit {release}"
html_static_path = ["_static"]
html_css_files = ["page.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#1f5fa8",
        "color-brand-content": "#1f5fa8",
        "code-font-size": "0.78rem",  # an output of 88 characters has room
    },
    "dark_css_variables": {"color-brand-primary": "#7fb2ea", "color-brand-content": "#7fb2ea"},
}
pygments_style = "friendly"
pygments_dark_style = "github-dark"

GENERATED = {"<!-- keys of a configuration -->": key_reference, "<!-- data set cards -->": cards_table}


def generate(app: Sphinx, name: str, source: list[str]) -> None:
    """Put in what is known to the package, so that the pages need not say it a second time."""
    for mark, text in GENERATED.items():
        if mark in source[0]:
            source[0] = source[0].replace(mark, text())


def skip(app: Sphinx, what: str, name: str, member: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out what scikit-learn adds to every estimator for its metadata routing, and what torch and Lightning do."""
    home = str(getattr(getattr(member, "fget", member), "__module__", ""))
    foreign = home.startswith(("torch.", "pytorch_lightning.", "lightning_fabric."))
    return True if foreign or re.fullmatch(r"get_metadata_routing|set_\w+_request|set_output", name) else None


def escape_initials(app: Sphinx, what: str, name: str, member: Any, options: Any, lines: list[str]) -> None:
    """Keep the initial of a reference's author from being read as the number of a list, before numpydoc reads it."""
    lines[:] = [re.sub(r"^(\.\. \[\d+\] )(?=[A-Z]\. )", r"\1\\", line) for line in lines]


def setup(app: Sphinx) -> None:
    """Connect the three."""
    app.connect("source-read", generate)
    app.connect("autodoc-process-docstring", escape_initials, priority=100)
    app.connect("autodoc-skip-member", skip)
