import os
import re

import pandas as pd
import pytest
from headless_browser import Browser, find_browser
from imputation_example import Marginal, example_scoring, example_sensors
from page_text import OUTSIDE, Text
from report_example import HOSTILE

from forecastkit.evaluation.imputation.gap_choice import PICTURES_A_GROUP
from forecastkit.evaluation.imputation.page import render_imputation_report
from forecastkit.evaluation.imputation.pictures import chosen_gaps, filled_gap
from forecastkit.evaluation.report.score_table import score_table

LONG = {"pattern": "block", "fault_probability": 0.01, "shortest": 2, "longest": 15}

MARKS = {
    "picture": ".scatterlayer .points path",
    "skill": ".bars .point path",
    "gap-size": ".scatterlayer .lines path",
    "sensor": ".scatterlayer .points path",
    "coverage": ".scatterlayer .points path",
}
SCORED = {
    "usual": lambda: example_scoring(**LONG, seeds=(1, 2)),
    "many sensors": lambda: example_scoring(X=example_sensors(n_sensors=30), pattern="sensor"),
    "hostile names": lambda: example_scoring(
        {name: Marginal() for name in HOSTILE}, example_sensors(n_sensors=len(HOSTILE), ids=list(HOSTILE)), **LONG
    ),
}


@pytest.fixture(scope="module")
def result():
    return example_scoring(**LONG, seeds=(1, 2))


@pytest.fixture(scope="module")
def page(result):
    return Text(render_imputation_report(result))


def test_the_page_has_verdict_scores_and_settings(page, result):
    best = result.scores()["mae"].idxmin()
    assert best in page.text
    assert f"the best baseline ({result.reference})" in page.text
    for row in score_table(result.scores(), result.baselines).rows:
        assert re.search(rf"{row.model} (baseline )?{re.escape(row.cells[0].text)}", page.text)
    assert "averaged over 2 seeds" in page.text
    assert "pattern.fault_probability" in page.text
    assert "Of an imputer without intervals it would be the MAE." in page.text


def test_every_chart_is_there(page):
    assert set(page.data["charts"]) == {"skill", "gap-size", "picture", "sensor", "coverage"}
    for chart in page.data["charts"].values():
        for variant in chart["variants"].values():
            assert len(variant["traces"]) == len(chart["base"])


def test_pictures_show_longest_typical_and_worst_gaps(result, page):
    groups = chosen_gaps(result, "linear")
    gaps = [gap for group in groups.values() for gap in group]
    assert list(groups) == ["longest", "typical", "worst"]
    assert len(set(gaps)) == len(gaps) <= 3 * PICTURES_A_GROUP
    rows = result.estimates.loc[result.estimates["y"].notna() & (result.estimates["seed"] == 1)]
    assert groups["longest"][0].length == rows["_length"].max()
    assert len({gap.sensor for gap in groups["longest"]}) == 4
    assert len(page.data["charts"]["picture"]["variants"]) == len(gaps)


def test_a_picture_holds_the_truth_where_it_was_hidden(result):
    gap = chosen_gaps(result, "linear")["longest"][0]
    picture = filled_gap(result, gap, ["marginal", "linear"])
    table = result.tables[0]
    first = table.index.get_loc(picture.index[0])
    rows = slice(first, first + len(picture.index))
    assert (picture.missing == table.hidden[rows, gap.sensor] | pd.isna(table.actual[rows, gap.sensor])).all()
    assert not pd.isna(picture.points["linear"][picture.missing]).any()
    assert [each[0] for each in picture.bounds["marginal"]] == [80, 95]
    assert "linear" not in picture.bounds


@pytest.mark.parametrize(
    "settings",
    [
        {"X": example_sensors(n_sensors=1), "imputers": {"marginal": Marginal()}},
        {"baselines": False},
        {"pattern": "sensor"},
        {"metrics": ["coverage"]},
        {"X": example_sensors(n_sensors=30), **LONG},
        {"X": example_sensors(ids=[f"{name}{i}" for i, name in enumerate(HOSTILE[:4])])},
        {"X": example_sensors(index=pd.date_range("2024-03-25", periods=200, freq="h", tz="Europe/Berlin"))},
        {"X": example_sensors(index=pd.period_range("2000-01", periods=200, freq="M"))},
    ],
)
def test_pages_of_all_kinds_are_made(settings):
    page = Text(render_imputation_report(example_scoring(**settings)))
    assert page.data["charts"]["picture"]["variants"]
    assert "Imputation report" in page.text


def test_what_was_left_out_is_said(monkeypatch):
    monkeypatch.setattr("forecastkit.evaluation.imputation.imputers._MOST_DISTANCES", 10)
    with pytest.warns(UserWarning, match="left out"):
        page = Text(render_imputation_report(example_scoring()))
    assert "Left out: knn , 200 rows x 4 sensors" in page.text


def test_the_report_is_written(result, tmp_path):
    path = result.report(tmp_path / "page.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    executable = find_browser()
    if executable is None:
        if "CI" in os.environ:
            pytest.fail("there is no Chromium: continuous integration has to install one")
        pytest.skip("there is no Chromium")
    browser = Browser(executable, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("kind", SCORED)
def test_a_page_is_whole_and_quiet_and_asks_for_nothing_on_any_screen(browser, kind, tmp_path):
    path = SCORED[kind]().report(tmp_path / "page.html")
    browser.show(path, 400)
    for width, scheme in ((400, "light"), (1280, "dark")):
        browser.prefer(scheme)
        browser.resize(width)
        assert browser.value("[innerWidth, document.documentElement.scrollWidth]") == [width, width]
        assert browser.value(OUTSIDE) == []
        charts = browser.value("[...document.querySelectorAll('[data-chart]')].map(figure => figure.dataset.chart)")
        assert {"picture", "skill", "sensor", "coverage"} <= set(charts)
        for chart in charts:
            assert browser.value(f"document.querySelectorAll('[data-chart={chart}] {MARKS[chart]}').length") > 0
    assert browser.value("document.querySelector('[data-chart=picture] .legend').textContent.includes('○')")
    assert browser.complaints() == []
    assert browser.requests() == [path.as_uri()]
