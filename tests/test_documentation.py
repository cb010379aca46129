"""The documentation says what is so: its examples run, its defaults and names are those of the code."""

import ast
import dataclasses
import importlib
import inspect
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from documentation_page import ROOT, WIDTH, blocks_of, run_page

import forecastkit
from forecastkit import datasets, estimators
from forecastkit.config import json_schema

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = ("forecastkit", *(f"forecastkit.{name}" for name in ("estimators", "frames", "evaluation", "datasets")))
MODULES += ("forecastkit.plots", "forecastkit.autoregression", "forecastkit.gaussian", "forecastkit.windows")
MODULES += ("forecastkit.nn.backbones", "forecastkit.nn.heads", "forecastkit.models", "forecastkit.training")
SOURCES = sorted((ROOT / "forecastkit").rglob("*.py"))
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_DEFAULTS = re.compile(r"^(?P<names>\w+(?:, \w+)*) : .*?\bdefault=(?P<values>.+)$", re.MULTILINE)


def is_documented(item):
    is_class = inspect.isclass(item) and item.__module__.startswith("forecastkit")
    return inspect.isfunction(item) or (is_class and not getattr(item, "_is_protocol", False))


def public_items():
    """Every public function and class by its full name, each once."""
    found = {}
    for module in map(importlib.import_module, MODULES):
        for name in module.__all__:
            item = getattr(module, name)
            if is_documented(item):
                found.setdefault(f"{item.__module__}.{name}", item)
    return found


def public_methods():
    """Every public method of a public class by its full name, without those of other packages."""
    found = {}
    for owner in public_items().values():
        for name, item in inspect.getmembers(owner, inspect.isfunction) if inspect.isclass(owner) else ():
            if not name.startswith("_") and item.__module__.startswith("forecastkit"):
                found[f"{item.__module__}.{item.__qualname__}"] = item
    return found


PUBLIC, METHODS = public_items(), public_methods()


def sections(item):
    return set(_SECTION.findall(inspect.getdoc(item) or ""))


def wrong_defaults(item):
    """Documented defaults that differ from those of the signature, by parameter."""
    actual, wrong = {name: each.default for name, each in inspect.signature(item).parameters.items()}, {}
    if dataclasses.is_dataclass(item):
        made = (field for field in dataclasses.fields(item) if field.default_factory is not dataclasses.MISSING)
        actual |= {field.name: field.default_factory() for field in made}
    for entry in _DEFAULTS.finditer(inspect.getdoc(item) or ""):
        names, values = entry["names"].split(", "), ast.literal_eval(entry["values"])
        values = values if len(names) > 1 and isinstance(values, tuple) else [values] * len(names)
        stated = dict(zip(names, values, strict=True))
        wrong |= {name: value for name, value in stated.items() if actual[name] != value}
    return wrong


def parameters(item):
    return [name for name in inspect.signature(item).parameters if name not in ("self", "cls")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_print_what_the_page_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", WIDTH)
    for run in run_page(page.read_text(encoding="utf-8"), tmp_path):
        assert run.agrees, f"{page.name} shows another output than\n{run.block.content}\nprints:\n{run.printed}"


def test_a_page_with_a_wrong_output_is_told_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runs = list(run_page("```python\n1 + 1\n```\n```text\n3\n```\n```python\n1 + 1\n```\n", tmp_path))
    assert [run.agrees for run in runs] == [False, False]


def test_every_page_of_the_guides_has_examples():
    without = [
        page.stem
        for page in PAGES
        if not any(block.kind in ("python", "sh") for block in blocks_of(page.read_text(encoding="utf-8")))
    ]
    assert without == ["architecture", "changelog"]


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], ids=lambda page: page.name)
def test_files_that_a_page_refers_to_exist(page):
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("item", [*PUBLIC.values(), *METHODS.values()], ids=[*PUBLIC, *METHODS])
def test_documented_defaults_are_those_of_the_signature(item):
    assert wrong_defaults(item) == {}


def test_a_wrong_documented_default_is_found():
    def function(a=(0.25, 0.75), b=None, c=1):
        """Scale.

        Parameters
        ----------
        a : tuple of float, default=(25.0, 75.0)
            Quantiles.
        b, c : int, default=None, 1
            Correct.
        """

    assert wrong_defaults(function) == {"a": (25.0, 75.0)}


@pytest.mark.parametrize("item", [*PUBLIC.values(), *METHODS.values()], ids=[*PUBLIC, *METHODS])
def test_every_default_is_documented(item):
    optional = {name for name, each in inspect.signature(item).parameters.items() if each.default is not each.empty}
    text = inspect.getdoc(item) or ""
    stated = {name for entry in _DEFAULTS.finditer(text) for name in entry["names"].split(", ")}
    by_reference = {
        name for line in re.findall(r"^(\w+(?:, \w+)*)\n +As ", text, re.MULTILINE) for name in line.split(", ")
    }
    if "Parameters" in sections(item):
        assert optional - stated - by_reference == set()


@pytest.mark.parametrize("item", PUBLIC.values(), ids=PUBLIC)
def test_every_public_name_has_a_docstring_with_its_parts(item):
    there = sections(item)
    needed = {"Parameters"} if parameters(item) else set()
    if not inspect.isclass(item):
        needed |= {"Returns"}
    assert needed - there - ({"Parameters"} if "Attributes" in there else set()) == set()


@pytest.mark.parametrize(
    "name",
    [name for name in forecastkit.__all__ if name not in ("__version__", "Panel") and not name.endswith("Result")],
)
def test_what_a_user_calls_has_an_example(name):
    assert "Examples" in sections(getattr(forecastkit, name))


def test_no_file_is_longer_than_300_lines():
    long = {
        str(path.relative_to(ROOT)): n
        for path in SOURCES
        if (n := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}


def test_files_are_named_by_what_they_hold():
    empty = {"utils", "util", "helpers", "helper", "common", "core", "misc"}
    assert [path for path in SOURCES if path.stem.strip("_") in empty or path.parent.name in empty] == []


def test_the_ladder_of_the_architecture_page_is_the_one_that_is_checked():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [layer for layer in contract["layers"] if layer != "__main__"]


def test_the_generated_sections_name_every_key_and_data_set(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    keys = importlib.import_module("key_reference").key_reference()
    schema = json_schema()
    sections_of_keys = [node for node in schema["$defs"].values() if "properties" in node]
    missing = [
        key for node in sections_of_keys for key in node["properties"] if key != "type" and f"| `{key}` |" not in keys
    ]
    assert missing == []
    cards = importlib.import_module("dataset_cards").cards_table()
    assert [card.name for card in datasets.list_datasets() if f"### `{card.name}`" not in cards] == []


def test_every_forecaster_is_in_the_guide():
    text = (ROOT / "docs" / "forecasting.md").read_text(encoding="utf-8")
    assert [
        name
        for name in estimators.__all__
        if name.endswith("Forecaster") and name != "BaseForecaster" and name not in text
    ] == []


def test_the_api_pages_list_every_public_name():
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "api").glob("*.rst"))
    names = {name.rpartition(".")[2] for name in PUBLIC}
    assert [name for name in sorted(names) if not re.search(rf"^   {name}$", text, re.MULTILINE)] == []


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == forecastkit.__version__
    assert {"message", "title", "authors", "license"} <= citation.keys()


def test_the_changelog_has_this_version():
    assert re.search(
        rf"^##+ .*{re.escape(forecastkit.__version__)}",
        Path(ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
