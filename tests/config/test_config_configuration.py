import re

import pytest

from forecastkit.config import load_configuration
from forecastkit.errors import ConfigurationError

GOOD = """
data: {source: sunspots}
models:
  naive: {type: NaiveForecaster}
  ar: {type: ARForecaster, order: aic}
backtest: {horizon: 11}
"""


@pytest.fixture
def load(tmp_path):
    def load(text, *settings):
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return load_configuration(path, settings)

    return load


def test_a_good_file_becomes_a_configuration(load):
    configuration = load(GOOD, "models.ar.order=12", "output.directory=results")
    assert configuration.data.source == "sunspots"
    assert list(configuration.models) == ["naive", "ar"]
    assert configuration.models["ar"].model_dump(exclude_unset=True) == {"type": "ARForecaster", "order": 12}
    assert configuration.backtest.horizon == 11
    assert configuration.forecast is None
    assert configuration.output.directory == "results"


def test_all_problems_are_listed_in_the_order_of_the_file(load, tmp_path):
    text = """data:
  source: sunspots
  sereis: [a]
models:
  ar: {type: ARForecaster, ordr: 3}
  b: {type: ARForcaster}
backtest:
  horizon: eleven
"""
    with pytest.raises(ConfigurationError) as raised:
        load(text)
    head, *problems = str(raised.value).splitlines()
    assert head == f"{tmp_path / 'config.yaml'}: 4 problems"
    starts = ["data.sereis (line 3)", "models.ar.ordr (line 5)", "models.b.type (line 6)", "backtest.horizon (line 8)"]
    assert [problem.split(":")[0].strip() for problem in problems] == starts


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("models.ar.ordr=3", "models.ar.ordr (--set): unknown key; allowed: 'type', 'order'"),
        ("models.ar.ordr=3", "did you mean 'order'?"),
        ("models.ar.order=1.5", "models.ar.order (--set): 1.5 is not a whole number, a list of whole numbers or"),
        ("models.ar.order=acc", "did you mean 'aicc'?"),
        ("models.ar.order=-1", "models.ar (line 5): 'order' must be a whole number of 0 or more, got -1"),
        (
            "models.ar.trend=x",
            "models.ar.trend (--set): \"x\" is not one of the names allowed; allowed: 'n', 'c', 'ct'",
        ),
        ("models.ar.type=ARForcaster", "\"ARForcaster\" is not a type of model; allowed: 'ARForecaster'"),
        ("models.ar=ARForecaster", "is not a section with a 'type', such as {type: NaiveForecaster}"),
        ("models.ar={order: 1}", "models.ar (--set): has no 'type'; allowed: 'ARForecaster'"),
        ("models={}", "models (--set): is empty; it needs at least one entry"),
        ("backtest.horizon=0", "backtest.horizon (--set): 0 is not a whole number from 1"),
        ("backtest.horizon=2.0", "backtest.horizon (--set): 2.0 is not a whole number from 1"),
        ("backtest.horizon='3'", 'backtest.horizon (--set): "3" is not a whole number from 1'),
        ("backtest.horizon=true", "backtest.horizon (--set): true is not a whole number from 1"),
        ("backtest={}", "backtest.horizon: missing; it must be a whole number from 1: number of steps"),
        ("backtest.level=80", "backtest.level (--set): 80 is not a list of numbers above 0 and below 100"),
        ("backtest.level=[80, 100]", "backtest.level.1 (--set): 100 is not a number above 0 and below 100"),
        ("backtest.level=[]", "backtest.level (--set): is empty"),
        ("backtest.window=sldiing", "did you mean 'sliding'?"),
        ("backtest.train_size=5", "train_size belongs to window: sliding"),
        ("backtest.metrics=[mea]", "backtest.metrics (--set): there is no metric 'mea'; allowed: 'mae'"),
        ("backtest.refit=0", "backtest.refit (--set): 0 is not true or false or a whole number from 1"),
        ("outptu.report=true", "no key 'outptu'"),
        ("output.report=yes", 'output.report (--set): "yes" is not true or false'),
        ("output.format=xlsx", "allowed: 'csv', 'parquet'"),
        ("data=3", "data (--set): 3 is not a section with keys of its own"),
        ("data={}", "data.source: missing; it must be text: name of a data set"),
        ("data.source=", "data.source (--set): null is not text"),
    ],
)
def test_each_problem_names_key_value_and_what_is_allowed(load, setting, message):
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        load(GOOD, setting)


def test_a_section_missing_altogether_is_described(load):
    with pytest.raises(ConfigurationError, match=r"data: missing; it must be a section .*: where the series come from"):
        load("models: {naive: {type: NaiveForecaster}}")


def test_a_long_value_is_shortened(load):
    with pytest.raises(ConfigurationError) as raised:
        load(GOOD, f"data.decimal={'x' * 500}")
    assert len(str(raised.value).splitlines()[-1]) < 300
