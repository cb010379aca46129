import numpy as np
import pandas as pd
import pytest
from headless_browser import Browser, find_browser
from page_text import OUTSIDE, Text
from report_example import HOSTILE

from forecastkit import ARForecaster, CalibratedForecaster, DriftForecaster, NaiveForecaster, compare
from forecastkit.evaluation.comparison.page import render_comparison
from forecastkit.evaluation.comparison.words import difference_sentences, number, parting_sentences


def compared(models=None, n_test=40, **settings):
    y = pd.Series(np.random.default_rng(0).normal(size=160).cumsum(), pd.date_range("2020-01-01", periods=160))
    models = {"walk": NaiveForecaster(), "ar": ARForecaster(order=6), "drift": DriftForecaster()} | (models or {})
    fitted = {name: model.fit(y.iloc[:-n_test]) for name, model in models.items()}
    return compare(fitted, y.iloc[-n_test:], **{"horizon": 4, "random_state": 0, "n_samples": 50, **settings})


@pytest.fixture(scope="module")
def result():
    return compared()


@pytest.fixture(scope="module")
def page(result):
    return Text(render_comparison(result))


def test_the_page_has_verdict_scores_tests_and_divergences(page, result):
    best = result.scores()["log_score"].idxmin()
    assert f"{best} has the lowest log score" in page.text or f"No model beats {best}" in page.text
    assert "Diebold-Mariano" in page.text
    for name in ("ar", "drift"):
        for sentence in difference_sentences(result.table, name):
            assert sentence in page.text
    assert set(page.data["charts"]) == {"difference", "matrix", "parting"}
    assert len(page.data["charts"]["parting"]["variants"]) == 6
    assert "KL(ar‖walk)" in page.text


def test_where_models_part_sums_to_their_divergence(result):
    totals = result.by_horizon.groupby(["p", "q"])["value"].sum().unstack()
    matrix = result.divergences()
    np.testing.assert_allclose(totals.loc[matrix.index, matrix.columns], matrix, atol=1e-12)


@pytest.mark.parametrize(
    "settings",
    [
        {"n_test": 6},
        {"models": {"calibrated": CalibratedForecaster(forecaster=NaiveForecaster(), horizon=4, level=80)}},
        {"models": {"mixture": ARForecaster()}},
        {"reference": "drift", "step": 4},
    ],
)
def test_pages_of_all_kinds_are_made(settings):
    text = Text(render_comparison(compared(**settings))).text
    assert "Is that more than chance?" in text


def test_a_single_model_is_not_compared_with_itself():
    y = pd.Series(np.random.default_rng(0).normal(size=60))
    result = compare({"walk": NaiveForecaster().fit(y.iloc[:40])}, y.iloc[40:], horizon=2, n_samples=10, random_state=0)
    page = Text(render_comparison(result))
    assert "Only walk was scored" in page.text
    assert set(page.data["charts"]) == {"matrix"}


def rows(difference, error, p_value):
    names = ["measure", "model", "reference", "difference", "standard_error", "p_value"]
    return pd.DataFrame([("log_score", "b", "a", difference, error, p_value)], columns=names)


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((-1.234, 0.1, 1e-9), "By log score 1.23 nats better (± 0.1), more than chance explains (p < 0.001)."),
        ((0.5, 0.4, 0.21), "By log score 0.5 nats worse (± 0.4), which chance explains as well (p = 0.21)."),
        ((0.5, np.nan, np.nan), "By log score 0.5 nats worse; the origins are too few for a test."),
        ((0.0, 0.0, 1.0), "By log score there is no difference."),
    ],
)
def test_tests_are_put_into_words(numbers, sentence):
    assert difference_sentences(rows(*numbers), "b") == [sentence]


def test_scores_that_a_model_lacks_are_passed_over():
    assert difference_sentences(rows(np.nan, np.nan, np.nan), "b") == []


def test_parting_is_where_half_of_the_divergence_is():
    frame = pd.DataFrame({"p": "b", "q": "a", "step": [1, 2, 3], "value": [0.1, 0.5, 0.4]})
    assert parting_sentences(frame, "a") == ["Half of KL(b‖a), 1 nats, comes from the first 2 steps."]
    assert parting_sentences(frame.assign(value=0.0), "a") == []


@pytest.mark.parametrize(
    ("value", "text"), [(1234567.0, "1,230,000"), (0.0001234, "0.000123"), (-2.0, "−2"), (0.0, "0")]
)
def test_numbers_have_three_digits(value, text):
    assert number(value) == text


@pytest.mark.browser
def test_the_page_draws_in_a_browser_whatever_the_names(tmp_path):
    browser_path = find_browser()
    if browser_path is None:
        pytest.skip("needs a Chromium")
    models = {name: ARForecaster(order=i + 1) for i, name in enumerate(HOSTILE)}
    path = tmp_path / "page.html"
    path.write_text(render_comparison(compared(models, n_samples=10)), encoding="utf-8")
    browser = Browser(browser_path, tmp_path / "profile")
    try:
        for width, scheme in ((400, "light"), (1280, "dark")):
            browser.show(path, width=width, scheme=scheme)
            assert browser.complaints() == []
            assert browser.value(OUTSIDE) == []
            assert browser.value("window.pwned") is None
            drawn = browser.value("[...document.querySelectorAll('.plot')].filter(p => p.querySelector('svg')).length")
            assert drawn == 3
            assert browser.value("document.body.innerText.includes('undefined')") is False
    finally:
        browser.close()
