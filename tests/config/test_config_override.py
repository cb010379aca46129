import copy
import re
from pathlib import Path

import pytest

from forecastkit.config.document import Document
from forecastkit.config.override import override
from forecastkit.errors import ConfigurationError

CONTENT = {"data": {"source": "sunspots"}, "models": {"ar": {"type": "ARForecaster"}}, "backtest": {"horizon": 11}}
SECTIONS = ("data", "models", "backtest", "forecast", "output")


def overridden(*settings):
    lines = {("data",): 1, ("data", "source"): 2, ("backtest",): 5, ("backtest", "horizon"): 6}
    return override(Document(Path("c.yaml"), CONTENT, lines), settings, SECTIONS)


def test_a_value_is_read_as_yaml():
    content = overridden("models.ar.order=[1, 2, 24]", "backtest.refit=false").content
    assert content["models"]["ar"]["order"] == [1, 2, 24]
    assert content["backtest"]["refit"] is False


def test_the_last_of_two_settings_wins_and_the_document_is_not_changed():
    before = copy.deepcopy(CONTENT)
    assert overridden("backtest.horizon=3", "backtest.horizon=4").content["backtest"]["horizon"] == 4
    assert before == CONTENT


def test_a_section_that_the_file_lacks_can_be_set():
    assert overridden("forecast.horizon=5").content["forecast"] == {"horizon": 5}


def test_a_whole_section_can_be_set():
    assert overridden("models.naive={type: NaiveForecaster}").content["models"]["naive"] == {"type": "NaiveForecaster"}


def test_an_equals_sign_may_stand_in_the_value():
    assert overridden("data.source=a=b.csv").content["data"]["source"] == "a=b.csv"


def test_what_was_set_no_longer_has_a_line_of_the_file():
    document = overridden("backtest.horizon=3")
    assert document.lines[("backtest", "horizon")] is None
    assert document.lines[("data", "source")] == 2


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("models.arr.order=1", "no key 'arr' in models; allowed: 'ar'; did you mean 'ar'?"),
        ("modles.ar.order=1", "no key 'modles' in the top level"),
        ("data.source.x=1", "data.source is the value 'sunspots', it has no keys"),
        ("backtest.horizon", "write KEY=VALUE"),
        ("=3", "write KEY=VALUE"),
        ("backtest..horizon=3", "write KEY=VALUE"),
        ("models.ar.order=[1", "the value is not YAML: the text ends inside a bracket"),
    ],
)
def test_a_setting_that_leads_nowhere_is_refused(setting, message):
    with pytest.raises(ConfigurationError, match=re.escape(f"--set {setting}: {message}")):
        overridden(setting)
