import base64
import hashlib
import json
import re
import time
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from report_example import HOSTILE, INDEXES, LastValue, example_data, example_models, example_result
from utilsforecast import losses

from forecastkit import DriftForecaster, NaiveForecaster
from forecastkit.errors import DirectoryError
from forecastkit.evaluation.report import render_report, write_report
from forecastkit.evaluation.report.selection import MOST_SERIES


class Page(HTMLParser):
    """The elements of a page, with attributes, and the text of those that have one."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.scripts = []
        self.text = ""
        self._open = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._open = None

    def handle_data(self, data):
        if self._open == "script":
            self.scripts[-1] += data
        elif self._open != "style":
            self.text += data

    def of(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def data(self):
        return json.loads(self.scripts[0])


@pytest.fixture(scope="module")
def html():
    return render_report(example_result())


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_nothing_on_the_page_points_elsewhere(html, page):
    attributes = {name for _, attrs in page.elements for name in attrs}
    assert not attributes & {"src", "href", "srcset", "action", "background", "poster", "data"}
    assert not page.of("link")
    assert not page.of("base")
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_allows_the_scripts_of_the_page_and_nothing_else(page):
    policy = next(meta["content"] for meta in page.of("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in page.scripts[1:]]
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [f"'sha256-{digest}'" for digest in hashes]
    assert "'unsafe-inline'" not in rules["script-src"]
    assert rules["img-src"] == "data:"
    assert set(rules) == {"default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"}


def test_plotly_is_there_once(html):
    assert html.count("* plotly.js v") == 1


def test_every_chart_of_the_issue_is_on_the_page(page):
    charts = {attrs["data-chart"] for attrs in page.of("figure")}
    wanted = {"skill", "lead-time", "forecast", "coverage", "cutoff", "reliability", "pit", "stability"}
    assert charts == wanted == set(page.data["charts"])
    for chart in page.data["charts"].values():
        assert all(variant["traces"] for variant in chart["variants"].values())


def test_charts_tables_and_selectors_are_named_for_those_who_do_not_see_them(page):
    plots = [attrs for attrs in page.of("div") if attrs.get("class") == "plot"]
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in plots)
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert headings[0] == 1
    assert set(headings[1:]) == {2}
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    assert {attrs["aria-labelledby"] for _, attrs in page.elements if "aria-labelledby" in attrs} <= ids
    assert len(page.of("label")) == len(page.of("select"))
    assert page.of("html")[0]["lang"] == "en"


def test_the_same_result_gives_the_same_page():
    result = example_result()
    assert render_report(result) == render_report(result)


def test_the_frames_of_the_result_are_left_alone():
    result = example_result()
    before = result.forecasts.copy(), result.history.copy()
    render_report(result)
    pd.testing.assert_frame_equal(result.forecasts, before[0])
    pd.testing.assert_frame_equal(result.history, before[1])


@pytest.mark.parametrize("kind", INDEXES)
def test_any_time_index_is_drawn(kind):
    data = Page(render_report(example_result(data=example_data(1, INDEXES[kind]), windows=2))).data
    forecast = data["charts"]["forecast"]
    assert len(forecast["cutoffs"][0]) == 2
    assert forecast["layout"]["xaxis"]["type"] == ("linear" if kind == "integers" else "date")


def test_one_series_and_one_cutoff_need_no_chart_by_cutoff():
    page = Page(render_report(example_result(data=example_data(1), windows=1)))
    assert "cutoff" not in page.data["charts"]
    assert "forecast" in page.data["charts"]


def test_without_intervals_there_is_no_coverage_and_the_forecasts_stay():
    page = Page(render_report(example_result({"last value": LastValue()}, baselines=False)))
    assert set(page.data["charts"]) == {"lead-time", "forecast", "cutoff"}
    assert "no intervals" in page.text


def test_a_model_without_intervals_stands_beside_others_with_them():
    page = Page(render_report(example_result({"last value": LastValue(), **example_models()})))
    traces = page.data["charts"]["forecast"]["base"]
    assert {trace["meta"]["model"] for trace in traces if "band" in trace.get("meta", {})} == {
        "ar",
        "drift",
        "seasonal_naive",
        "ar_aic",
    }
    assert "last value" in page.data["models"]
    assert "–" in page.text


def test_missing_actual_values_shorten_a_forecast_and_leave_the_rest():
    data = example_data(2)
    data.loc[[230, 235, 236, 239], "y"] = np.nan
    page = Page(render_report(example_result({"drift": DriftForecaster()}, data, windows=2, baselines=False)))
    variants = page.data["charts"]["forecast"]["variants"]
    assert {name: len(variant["x"][-1]) for name, variant in variants.items()} == {
        "0/0": 12,
        "0/1": 8,
        "1/0": 12,
        "1/1": 12,
    }


def test_without_a_naive_model_there_is_no_skill():
    assert "skill" not in Page(render_report(example_result(baselines=False))).data["charts"]


@pytest.mark.parametrize("metrics", [["coverage"], ["bias"], ["mae"], ["crps", "smape"]])
def test_any_choice_of_scores_makes_a_page(metrics):
    page = Page(render_report(example_result(metrics=metrics)))
    assert {"forecast", "lead-time", "cutoff"} <= set(page.data["charts"])


def test_a_score_of_the_users_own_is_ranked_by():
    page = Page(render_report(example_result(metrics=[losses.mse])))
    assert "has the lowest mse" in page.text


def test_names_are_text_whatever_they_hold():
    models = {name: DriftForecaster() for name in HOSTILE}
    page = Page(render_report(example_result(models, example_data(ids=list(HOSTILE)), windows=2), title=HOSTILE[0]))
    assert not [tag for tag, _ in page.elements if tag in ("img", "b-custom", "a", "iframe")]
    assert len(page.scripts) == 3
    assert set(HOSTILE) <= set(page.data["models"])
    text = " ".join(page.text.split())
    assert all(text.count(" ".join(name.split())) >= 3 for name in HOSTILE)
    assert "<" not in json.dumps(page.data["charts"]["skill"]["layout"]["yaxis"]["ticktext"])


def test_settings_are_listed_by_their_path(page):
    assert "models.ar.parameters.order" in page.text
    assert "expanding" in page.text


def test_a_report_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    assert write_report(example_result(windows=1), path) == path
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path):
    target = tmp_path / "report.html"
    target.mkdir()
    with pytest.raises(DirectoryError, match=r"report\.html: .*folder that you can write to"):
        write_report(example_result(windows=1), target)
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(DirectoryError, match="No such file or directory"):
        write_report(example_result(windows=1), tmp_path / "missing" / "report.html")


def test_a_large_backtest_makes_a_light_page():
    data = example_data(400, pd.date_range("2024", periods=600, freq="h"))
    models = {"drift": DriftForecaster(), "seasonal_naive": NaiveForecaster(seasonal_period=12), "n": NaiveForecaster()}
    models |= {"d2": DriftForecaster(), "n2": NaiveForecaster()}
    result = example_result(models, data, horizon=48, windows=10, baselines=False)
    start = time.perf_counter()
    html = render_report(result)
    assert time.perf_counter() - start < 15  # 3 s on an idle machine
    assert len(html.encode()) < 7e6
    page = Page(html)
    assert len(page.data["charts"]["forecast"]["cutoffs"]) == MOST_SERIES
    assert "12 of 400 series" in page.text
    assert "evenly spread" in page.text


def test_a_long_horizon_shows_fewer_forecasts():
    data = example_data(4, pd.RangeIndex(16000))
    result = example_result({"drift": DriftForecaster()}, data, horizon=3000, windows=4)
    assert len(render_report(result).encode()) < 7e6
