import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from headless_browser import Browser, find_browser
from page_text import OUTSIDE, Text
from report_example import HOSTILE

from forecastkit.estimators import GaussianImputer, LinearInterpolationImputer
from forecastkit.evaluation.imputation import write_filling
from forecastkit.evaluation.imputation.filled_sensors import filled_sensors
from forecastkit.evaluation.imputation.filling import render_filling
from forecastkit.evaluation.imputation.gap_choice import PICTURES_A_GROUP, gap_choice
from forecastkit.frames import as_panel, sensor_graph

NAMES = ["north", "south", "east", "west"]


def gappy(names=NAMES, n=150):
    """Sensors with single values missing, one long gap, and none in the last sensor."""
    generator = np.random.default_rng(0)
    wave = np.sin(np.arange(n) / 6)[:, None] + 0.2 * generator.normal(size=(n, len(names)))
    wave[generator.random(wave.shape) < 0.1] = np.nan
    wave[40:71, 1] = np.nan
    wave[:, -1] = np.cos(np.arange(n))
    return pd.DataFrame(wave, index=pd.date_range("2024-01-01", periods=n, freq="h"), columns=list(names))


def long_table(panel, width=1.0, levels=(80, 95)):
    """What an imputer would say of a panel: zero where nothing is known, with intervals of a known width."""
    columns = {"imputed": np.where(panel.observed, panel.values, 0.0)}
    for level in levels:
        half = np.where(panel.observed, 0.0, width * level / 200)
        columns |= {f"imputed-lo-{level}": columns["imputed"] - half, f"imputed-hi-{level}": columns["imputed"] + half}
    return pd.DataFrame(columns)


def page_of(X, graph=None, levels=(80, 95), imputer=None):
    panel = as_panel(X, whole=True)
    imputer = LinearInterpolationImputer() if imputer is None else imputer
    return Text(render_filling(long_table(panel, levels=levels), panel, "mine", imputer, graph=graph))


def test_gaps_and_sensors_are_counted_as_a_loop_would():
    X = gappy()
    panel = as_panel(X, whole=True)
    filled = filled_sensors(long_table(panel), panel, "mine")
    by_sensor = filled.by_sensor()
    for number, name in enumerate(NAMES):
        missing = X[name].isna()
        runs = missing.groupby((~missing).cumsum()).sum()
        runs = runs[runs > 0]
        assert by_sensor.loc[name, ["missing", "gaps", "longest"]].tolist() == [
            missing.sum(),
            len(runs),
            runs.max() if len(runs) else 0,
        ]
        gaps = filled.gaps.loc[filled.gaps["sensor"] == number]
        assert sorted(gaps["length"]) == sorted(runs)
        for start, length in zip(gaps["start"], gaps["length"], strict=True):
            assert missing.iloc[start : start + length].all()
            assert not missing.iloc[max(start - 1, 0)] or start == 0


def test_widths_are_relative_to_the_range_of_what_was_observed():
    X = gappy()
    panel = as_panel(X, whole=True)
    filled = filled_sensors(long_table(panel, width=0.5), panel, "mine")
    for name in NAMES[:3]:
        low, high = X[name].quantile([0.025, 0.975])
        assert filled.by_sensor().loc[name, "width"] == pytest.approx(0.5 * 0.95 / (high - low))
    assert np.isnan(filled.by_sensor().loc["west", "width"])
    expected = filled.by_sensor()["width"].to_numpy()[filled.gaps["sensor"]]
    np.testing.assert_allclose(filled.gaps["measure"], expected)


def test_a_sensor_without_values_or_of_one_value_has_no_width():
    X = gappy()
    X["south"], X["east"] = np.nan, X["east"].where(X["east"].isna(), 3.0)
    panel = as_panel(X, whole=True)
    width = filled_sensors(long_table(panel), panel, "mine").by_sensor()["width"]
    assert width.isna().tolist() == [False, True, True, True]


def test_the_page_says_what_was_filled_in_words():
    X = gappy()
    text = page_of(X).text
    missing = int(X.isna().to_numpy().sum())
    longest = int(X["south"].isna().groupby(X["south"].notna().cumsum()).sum().max())
    assert f"{missing:,} values were filled in 3 of 4 sensors; the longest gap is {longest} steps, of south ." in text
    assert "as wide as the range that holds 95% of a sensor's observed values" in text
    assert "Width of 95% interval" in text


def test_a_virtual_sensor_is_named_and_the_longest_gap_beside_it():
    X = gappy().assign(east=np.nan)
    text = page_of(X).text
    assert "one sensor has no value at all" in text
    assert "east was never measured" in text
    assert "The longest gap of the others is" in text


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (gappy().ffill().bfill(), "Nothing is missing"),
        (gappy().ffill().bfill().mask(np.eye(150, 4) > 0), "4 values were filled in all 4 sensors; no two missing"),
        (gappy()[["south"]], "filled in one sensor; the longest gap is"),
        (gappy()[["west"]].mask(np.eye(150, 1) > 0), "1 value was filled in one sensor."),
    ],
)
def test_other_amounts_of_gaps_have_other_words(X, words):
    assert words in page_of(X).text


def test_without_intervals_the_page_says_so_and_has_no_widths():
    page = page_of(gappy(), levels=())
    assert "mine gives no intervals." in page.text
    assert "Width" not in page.text
    assert "intervals are" not in page.text
    assert {trace["name"] for trace in page.data["charts"]["picture"]["base"]} == {"mine", "observed"}


def test_pictures_are_of_the_longest_typical_and_widest_gaps():
    panel = as_panel(gappy(), whole=True)
    table = long_table(panel)
    place = int(np.flatnonzero(~panel.observed)[5])
    table.loc[place, "imputed-hi-95"] += 9
    filled = filled_sensors(table, panel, "mine")
    groups = gap_choice(filled.gaps, "widest")
    assert list(groups) == ["longest", "typical", "widest"]
    longest = groups["longest"][0]
    assert (longest.sensor, longest.length) == (1, filled.gaps["length"].max())
    widest = groups["widest"][0]
    first = widest.sensor * 150 + widest.start
    assert first <= place < first + widest.length
    gaps = [gap for group in groups.values() for gap in group]
    assert len(set(gaps)) == len(gaps) <= 3 * PICTURES_A_GROUP
    picture = filled.picture(longest)
    rows = picture.index.get_indexer(gappy().index[longest.start : longest.start + longest.length])
    assert picture.missing[rows].all()
    assert (picture.points["mine"][rows] == 0).all()


def test_nothing_is_drawn_as_hidden_and_all_pictures_have_the_same_traces():
    chart = page_of(gappy()).data["charts"]["picture"]
    names = [trace["name"] for trace in chart["base"]]
    assert names == ["95%", "80%", "mine", "observed"]
    assert all(len(variant["traces"]) == len(names) for variant in chart["variants"].values())


def test_the_graph_is_drawn_where_there_is_one():
    X = gappy()
    edges = pd.DataFrame({"source": ["north", "east"], "target": ["south", "west"]})
    page = page_of(X, graph=sensor_graph(edges, X.columns))
    assert set(page.data["charts"]) == {"picture", "graph"}
    assert "4 sensors, 2 edges, 2 components" in page.text
    assert set(page_of(X).data["charts"]) == {"picture"}


def test_of_many_sensors_those_with_most_missing_are_listed():
    generator = np.random.default_rng(1)
    X = pd.DataFrame(generator.normal(size=(40, 230)), index=pd.date_range("2024-01-01", periods=40))
    X.columns = [f"s{i}" for i in range(230)]
    page = page_of(X.mask(generator.random(X.shape) < 0.3))
    assert "The 200 of 230 sensors of which most is missing." in page.text


def test_the_choice_of_a_gated_imputer_is_said():
    class Gated(LinearInterpolationImputer):
        chosen_ = "interpolation"

    assert "straight lines did best" in page_of(gappy(), imputer=Gated()).text


def test_a_real_imputer_gives_a_page_that_is_written(tmp_path):
    panel = as_panel(gappy(), whole=True)
    layout = replace(panel.layout, kind="long", index=None, rows=None, trimmed=None)
    imputer = GaussianImputer(context_length=3, season=None).fit(panel)
    table = imputer.impute(replace(panel, layout=layout), level=[80])
    path = write_filling(table, panel, "gaussian", imputer, tmp_path / "page.html")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "GaussianImputer" in text


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
@pytest.mark.parametrize("names", [NAMES, HOSTILE], ids=["usual", "hostile names"])
def test_a_page_is_whole_and_quiet_and_asks_for_nothing_on_any_screen(browser, names, tmp_path):
    X = gappy(names)
    panel = as_panel(X, whole=True)
    edges = pd.DataFrame({"source": [names[0], names[1]], "target": [names[1], names[2]]})
    graph = sensor_graph(edges, X.columns)
    path = tmp_path / "page.html"
    write_filling(long_table(panel), panel, names[0], LinearInterpolationImputer(), path, graph=graph)
    browser.show(path, 400)
    for width, scheme in ((400, "light"), (1280, "dark")):
        browser.prefer(scheme)
        browser.resize(width)
        assert browser.value("[innerWidth, document.documentElement.scrollWidth]") == [width, width]
        assert browser.value(OUTSIDE) == []
        for chart in ("picture", "graph"):
            assert browser.value(f"document.querySelectorAll('[data-chart={chart}] .scatterlayer path').length") > 0
    legend = browser.value("[...document.querySelectorAll('[data-chart=graph] .legend li')].map(li => li.textContent)")
    assert legend == ["edge", "▲direction", "●sensor", "✕without an edge"]
    count = "document.querySelectorAll('[data-chart=picture] select option').length"
    assert browser.value(count) == browser.value(
        "Object.keys(JSON.parse(document.getElementById('report-data').textContent).charts.picture.variants).length"
    )
    assert browser.value("window.pwned") is None
    assert browser.complaints() == []
    assert browser.requests() == [path.as_uri()]
