import difflib
import importlib.util
import pickle
import subprocess
import sys

import pytest
from sklearn.exceptions import NotFittedError as SklearnNotFittedError

from forecastkit import errors


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("InvalidParameterError", ValueError),
        ("InvalidFrameError", ValueError),
        ("ConfigurationError", ValueError),
        ("InvalidFileError", ValueError),
        ("MissingFileError", FileNotFoundError),
        ("NotFittedError", SklearnNotFittedError),
        ("NotSupportedError", NotImplementedError),
        ("ConvergenceError", RuntimeError),
        ("DatasetError", OSError),
        ("DirectoryError", OSError),
    ],
)
def test_every_error_has_the_root_and_is_the_builtin_a_caller_expects(name, builtin):
    error = getattr(errors, name)
    assert issubclass(error, errors.ForecastkitError)
    assert issubclass(error, builtin)
    assert error is getattr(errors, name)
    assert pickle.loads(pickle.dumps(error("why"))).args == ("why",)


def test_an_unknown_error_is_an_attribute_error():
    with pytest.raises(AttributeError, match="NoSuchError"):
        errors.NoSuchError  # noqa: B018


def test_the_nearest_name_is_offered_only_when_there_is_one():
    assert errors.nearest("trnd", ["order", "trend"]) == "allowed: 'order', 'trend'; did you mean 'trend'?"
    assert errors.nearest("xyz", ["order", "trend"]) == "allowed: 'order', 'trend'"


def test_of_many_names_few_are_listed_and_the_nearest_is_looked_for_among_all():
    names = [f"store_{i}_item" for i in range(100_000)]
    said = errors.nearest("store_77777_itm", names)
    assert said.count("'store_") == 11
    assert said.endswith("'store_9_item', ...; did you mean 'store_77777_item'?")
    assert errors.nearest("x", range(3), most=2) == "allowed: '0', '1', ..."
    assert errors.nearest("x", range(3), most=3) == "allowed: '0', '1', '2'"


@pytest.mark.parametrize("name", ["ordr", "tend", "seasonal", "", "horizons", "Order", "zzz"])
def test_the_nearest_name_is_as_near_as_that_of_difflib(name):
    names = ["order", "trend", "horizon", "seasonal_period", "seasonal_differences", "max_order"]
    match = difflib.get_close_matches(name, names, n=1)
    assert errors.nearest(name, names).partition("did you mean ")[2] == (f"{match[0]!r}?" if match else "")


def test_importing_the_package_and_its_errors_imports_no_heavy_library():
    code = (
        "import sys, forecastkit, forecastkit.errors, forecastkit.cli; "
        "heavy = {'torch', 'pytorch_lightning', 'pandas', 'numpy', 'sklearn', 'pydantic', 'scipy', 'plotly'}; "
        "print(heavy & set(sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "set()"
    )


def test_torch_and_lightning_are_not_imported_by_anything_about_ar():
    for name in ("torch", "pytorch_lightning"):
        assert importlib.util.find_spec(name), f"without {name} this test could not fail"
    code = (
        "import sys, numpy, pandas, forecastkit as fk; "
        "y = pandas.Series(numpy.random.default_rng(0).normal(size=60)); "
        "fk.backtest([fk.ARForecaster(order=1)], y, horizon=2, windows=2).scores(); "
        "fk.ARForecaster(order=1).fit(y).summary(); "
        "print({'torch', 'pytorch_lightning'} & set(sys.modules))"
    )
    assert output_of(code) == "set()"


def output_of(code):
    """What a fresh Python prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
