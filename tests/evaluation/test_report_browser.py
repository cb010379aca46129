import os

import pandas as pd
import pytest
from headless_browser import Browser, find_browser
from report_example import HOSTILE, INDEXES, LastValue, example_data, example_result

from forecastkit import DriftForecaster
from forecastkit.evaluation.report import write_report
from forecastkit.plots.palette import DARK_OF, SURFACE

pytestmark = pytest.mark.browser

MARKS = {
    "skill": ".bars .point path",
    "lead-time": ".scatterlayer .lines path",
    "forecast": ".scatterlayer .lines path",
    "coverage": ".scatterlayer .points path",
    "cutoff": ".scatterlayer .lines path",
    "reliability": ".scatterlayer .lines path",
    "stability": ".scatterlayer .lines path",
    "pit": ".scatterlayer .lines path",
}
HOURS = pd.date_range("2024-10-20", periods=400, freq="h", tz="Europe/Berlin")
RESULTS = {
    "usual": example_result,
    "one series, one cutoff, no intervals": lambda: example_result({"last": LastValue()}, example_data(1), windows=1),
    "one step of integers": lambda: example_result(data=example_data(2, INDEXES["integers"]), horizon=1, windows=3),
    "many series in a time zone": lambda: example_result(
        {"drift": DriftForecaster()}, example_data(60, HOURS), horizon=48, windows=7
    ),
    "hostile names": lambda: example_result(
        {name: DriftForecaster() for name in HOSTILE}, example_data(ids=list(HOSTILE)), windows=2
    ),
}


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


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    made = {}

    def page(kind):
        if kind not in made:
            made[kind] = write_report(RESULTS[kind](), folder / f"{len(made)}.html")
        return made[kind]

    return page


def marks(browser, chart):
    return browser.value(f"document.querySelectorAll('[data-chart={chart}] {MARKS[chart]}').length")


def choose(browser, chart, part, index):
    browser.value(
        f"""(() => {{
          const select = document.querySelector("[data-chart={chart}] select[{part}]");
          select.selectedIndex = {index};
          select.dispatchEvent(new Event("change", {{ bubbles: true }}));
        }})()"""
    )
    browser.settle()


OUTSIDE = """[...document.querySelectorAll("main *, header *")].filter(element => {
  const box = element.getBoundingClientRect();
  return box.width && !element.closest(".scroll, svg") && (box.right > innerWidth + 1 || box.left < -1);
}).map(element => element.outerHTML.slice(0, 120))"""
CUT = """[...document.querySelectorAll(".plot .ytick text, .plot .xtick text, .plot .textpoint text")].filter(text => {
  const box = text.getBoundingClientRect(), plot = text.closest(".plot").getBoundingClientRect();
  return box.left < plot.left - 1 || box.right > plot.right + 1;
}).map(text => text.textContent)"""


COVERED = """[...document.querySelectorAll("#score-table tr > :first-child *")].filter(element =>
  element.getBoundingClientRect().right > element.closest("th").getBoundingClientRect().right + 1
).map(element => element.outerHTML)"""


@pytest.mark.parametrize("kind", RESULTS)
def test_a_page_is_whole_and_quiet_and_asks_for_nothing_on_any_screen(browser, pages, kind):
    path = pages(kind)
    browser.show(path, 400)
    for width, scheme in ((400, "light"), (400, "dark"), (1280, "dark"), (1280, "light")):
        browser.prefer(scheme)
        browser.resize(width)
        assert browser.value("[innerWidth, document.documentElement.scrollWidth]") == [width, width]
        assert browser.value(OUTSIDE) == []
        assert browser.value(CUT) == []
        assert browser.value(COVERED) == []
        charts = browser.value("[...document.querySelectorAll('[data-chart]')].map(figure => figure.dataset.chart)")
        assert {"skill", "forecast", "lead-time", "coverage", "reliability", "pit"} <= set(charts)
        assert all(marks(browser, chart) > 0 for chart in charts)
    assert browser.complaints() == []
    assert browser.requests() == [path.as_uri()]


def test_the_table_scrolls_inside_its_own_box_on_a_phone(browser, pages):
    browser.show(pages("usual"), 400)
    inner, outer = browser.value("(box => [box.scrollWidth, box.clientWidth])(document.querySelector('.scroll'))")
    assert inner > outer


def test_charts_follow_the_theme_without_a_reload(browser, pages):
    ground = "getComputedStyle(document.querySelector('[data-chart=forecast] .main-svg')).backgroundColor"
    page = "getComputedStyle(document.body).backgroundColor"
    seen = []
    browser.show(pages("usual"))
    for scheme in ("light", "dark", "light"):
        browser.prefer(scheme)
        browser.settle()
        assert browser.value(ground) == browser.value(page)
        seen.append(browser.value(ground))
    light, dark = (
        f"rgb({int(color[1:3], 16)}, {int(color[3:5], 16)}, {int(color[5:7], 16)})"
        for color in (SURFACE, DARK_OF[SURFACE])
    )
    assert seen == [light, dark, light]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(browser, pages, scheme):
    browser.show(pages("usual"), scheme=scheme)
    pale = """(() => {
      const numbers = color => color.match(/[\\d.]+/g).map(Number);
      const luminance = rgb => rgb.slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = element => {
        for (let e = element; e; e = e.parentElement) {
          const color = numbers(getComputedStyle(e).backgroundColor);
          if (color.length === 3 || color[3] > 0) return color;
        }
      };
      const found = [];
      for (const element of document.querySelectorAll("body *:not(script):not(option)")) {
        const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!own || element.closest("svg, .plot, noscript") || !element.getClientRects().length) continue;
        const [low, high] = [luminance(numbers(getComputedStyle(element).color)), luminance(ground(element))].sort();
        if ((Math.max(low, high) + 0.05) / (Math.min(low, high) + 0.05) < 4.5) found.push(element.outerHTML);
      }
      return found;
    })()"""
    assert browser.value(pale) == []


def test_choosing_a_series_a_cutoff_and_a_model_changes_what_is_drawn(browser, pages):
    drawn = (
        "JSON.stringify(document.querySelector('[data-chart=forecast] .plot').data.map(trace => [trace.name, trace.y]))"
    )
    label = "document.querySelector('[data-chart=forecast] .plot').getAttribute('aria-label')"
    browser.show(pages("usual"))
    seen = [(browser.value(drawn), browser.value(label))]
    for part, index in (("data-part=series", 1), ("data-part=cutoff", 0), ("data-model", 1)):
        choose(browser, "forecast", part, index)
        seen.append((browser.value(drawn), browser.value(label)))
    assert len({data for data, _ in seen}) == len({text for _, text in seen}) == 4
    assert browser.complaints() == []


def test_all_models_together_are_drawn_without_bands(browser, pages):
    browser.show(pages("usual"))
    count = "document.querySelectorAll('[data-chart=forecast] select[data-model] option').length"
    choose(browser, "forecast", "data-model", browser.value(count) - 1)
    names = "[...document.querySelectorAll('[data-chart=forecast] .legend button')].map(button => button.dataset.name)"
    assert sorted(browser.value(names)) == ["ar", "ar_aic", "drift", "observed", "seasonal_naive"]


def test_another_score_changes_the_bars(browser, pages):
    texts = "[...document.querySelectorAll('[data-chart=skill] .textpoint text')].map(text => text.textContent).join()"
    browser.show(pages("usual"))
    before = browser.value(texts)
    choose(browser, "skill", "data-part", 3)
    assert before != browser.value(texts) != ""


def test_selectors_and_legends_work_from_the_keyboard(browser, pages):
    browser.show(pages("usual"))
    browser.value("document.querySelector('[data-chart=forecast] select[data-part=series]').focus()")
    label = "document.querySelector('[data-chart=forecast] .plot').getAttribute('aria-label')"
    before = browser.value(label)
    browser.press("ArrowDown")
    assert browser.value(label) != before
    browser.value("document.querySelector('[data-chart=lead-time] .legend button').focus()")
    lines = marks(browser, "lead-time")
    browser.press("Enter", "\r")
    assert marks(browser, "lead-time") == lines - 1
    assert browser.value("document.activeElement.getAttribute('aria-pressed')") == "false"
    browser.press("Enter", "\r")
    assert marks(browser, "lead-time") == lines


def test_a_column_sorts_by_its_button_and_back(browser, pages):
    browser.show(pages("usual"))
    names = "[...document.querySelectorAll('#score-table tbody th .label')].map(span => span.textContent)"
    heads = "[...document.querySelectorAll('#score-table thead th')]"
    column = f"{heads}.findIndex(head => head.textContent === 'RMSE')"
    rows = "[...document.querySelectorAll('#score-table tbody tr')]"
    values = f"(i => {rows}.map(row => +row.cells[i].dataset.value))({column})"
    before = browser.value(names)
    browser.value(f"{heads}[{column}].querySelector('button').click()")
    assert browser.value(values) == sorted(browser.value(values))
    browser.value(f"{heads}[{column}].querySelector('button').click()")
    assert browser.value(values) == sorted(browser.value(values), reverse=True)
    assert browser.value(f"{heads}[{column}].getAttribute('aria-sort')") == "descending"
    assert sorted(browser.value(names)) == sorted(before)


def test_names_are_shown_and_never_run(browser, pages):
    browser.show(pages("hostile names"))
    assert browser.value("typeof window.pwned") == "undefined"
    names = "[...document.querySelectorAll('#score-table tbody th .label')].map(span => span.textContent)"
    assert set(HOSTILE) <= set(browser.value(names))
    assert browser.value("document.querySelectorAll('main img, main a, b-custom').length") == 0


def test_the_policy_stops_a_script_that_gets_in_and_every_request(browser, pages):
    browser.show(pages("usual"))
    attempt = """new Promise(done => {
      const stopped = [];
      document.addEventListener("securitypolicyviolation", event => {
        stopped.push(event.effectiveDirective);
        if (stopped.length === 3) done(stopped.sort());
      });
      const script = document.createElement("script");
      script.textContent = "window.intruder = 1";
      document.body.append(script);
      const image = new Image();
      image.src = "https://example.org/pixel.png";
      fetch("https://example.org/").catch(() => 0);
    })"""
    assert browser.value(attempt) == ["connect-src", "img-src", "script-src-elem"]
    assert browser.value("typeof window.intruder") == "undefined"
