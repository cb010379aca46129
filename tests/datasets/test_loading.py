"""Data sets have the shape their cards state, and a user's file is loaded wherever a name is."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecastkit import load_dataset
from forecastkit.datasets import loading
from forecastkit.errors import DatasetError, InvalidParameterError


def test_sunspots_are_yearly_periods():
    y = load_dataset("sunspots")
    assert (y.name, y.index.name, len(y)) == ("sunspots", "year", 309)
    assert y.index.equals(pd.period_range("1700", "2008", freq="Y"))
    assert (y.iloc[0], y.iloc[-1]) == (5.0, 2.9)


def test_co2_keeps_its_missing_weeks():
    y = load_dataset("co2")
    assert (y.name, y.index.name, len(y), int(y.isna().sum())) == ("co2", "date", 2284, 59)
    assert y.index.freqstr == "W-SAT"
    assert pd.isna(y["1958-05-10"])
    assert y["1958-03-29"] == 316.1


def test_elnino_runs_through_the_months_of_each_year():
    y = load_dataset("elnino")
    assert (y.name, len(y), y.index.freqstr) == ("elnino", 732, "MS")
    assert y["1950-12-01"] != y["1951-01-01"] == 24.19
    assert y["2010-12-01"] == 22.07


def test_irish_wind_has_a_column_for_every_station():
    wind, stations = load_dataset("irish_wind"), load_dataset("irish_wind/stations")
    assert wind.shape == (6574, 12)
    assert wind.notna().all(axis=None)
    assert wind.index.freqstr == "D"
    assert list(stations.columns) == ["code", "station", "latitude", "longitude"]
    assert set(stations["code"]) == set(wind.columns)
    assert stations["latitude"].between(51, 56).all()
    assert stations["longitude"].between(-11, -5).all()


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    """Small files of the downloaded schemas in place of the downloads."""
    (tmp_path / "train.csv").write_text('"V1","V2","V3","V4"\n"H1","5","6.5",\n"H2","7","8","9"\n', encoding="utf-8")
    (tmp_path / "test.csv").write_text('"V1","V2","V3"\n"H1","1","2"\n"H2","3","4"\n', encoding="utf-8")
    (tmp_path / "ett.csv").write_text(
        "date,HUFL,OT\n2016-07-01 00:00:00,1,2\n2016-07-01 01:00:00,3,4\n", encoding="utf-8"
    )
    files = {"m4_hourly": ["train.csv", "test.csv"], "ett_h1": ["ett.csv"]}
    monkeypatch.setattr(loading, "download_dataset", lambda name, cache: [tmp_path / file for file in files[name]])


def test_m4_is_long_and_its_test_part_continues_the_count(downloads):
    everything = load_dataset("m4_hourly")
    expected = {"H1": [5, 6.5, 1, 2], "H2": [7, 8, 9, 3, 4]}
    assert list(everything.columns) == ["unique_id", "ds", "y"]
    assert everything["unique_id"].tolist() == ["H1"] * 4 + ["H2"] * 5
    for name, rows in everything.groupby("unique_id"):
        assert rows["y"].tolist() == expected[name]
        assert rows["ds"].tolist() == list(range(1, len(rows) + 1))
    assert np.issubdtype(everything["ds"].dtype, np.integer)


def test_the_parts_of_m4_make_up_the_whole(downloads):
    train, test = load_dataset("m4_hourly", split="train"), load_dataset("m4_hourly", split="test")
    assert train["ds"].tolist() == [1, 2, 1, 2, 3]
    assert test["ds"].tolist() == [3, 4, 4, 5]
    both = pd.concat([train, test]).sort_values(["unique_id", "ds"], ignore_index=True)
    pd.testing.assert_frame_equal(both, load_dataset("m4_hourly", split="all"))


def test_ett_is_a_wide_hourly_frame(downloads):
    frame = load_dataset("ett_h1")
    assert frame.index.freqstr == "h"
    assert frame["OT"].tolist() == [2, 4]


@pytest.mark.parametrize(("name", "shape"), [("m4_hourly", (373_372, 3)), ("ett_h1", (17_420, 7))])
def test_the_real_files_have_the_stated_shape(name, shape):
    cache = Path(__file__).parents[3] / "shared" / "data"
    if not (cache / name).is_dir():
        pytest.skip("the downloads are not beside this checkout")
    frame = load_dataset(name, cache=cache)
    assert frame.shape == shape
    assert frame.notna().all(axis=None)


def test_a_path_is_loaded_where_a_name_is_expected(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("date;load\n2020-01-01;1,5\n2020-01-02;2,5\n", encoding="utf-8")
    for given in (path, str(path)):
        assert load_dataset(given)["load"].tolist() == [1.5, 2.5]
    assert load_dataset(path, separator=";", decimal=",", date_format="%Y-%m-%d").shape == (2, 1)


def test_a_file_named_like_a_data_set_needs_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("co2").mkdir()
    Path("co2/data.csv").write_text("year,a\n2000,1\n2001,2\n", encoding="utf-8")
    assert len(load_dataset("co2")) == 2284
    assert len(load_dataset("co2/data.csv")) == 2
    with pytest.raises(DatasetError, match="is a folder"):
        load_dataset("./co2")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("sunspot", "did you mean 'sunspots'"),
        ("irish_wind/statons", "did you mean 'irish_wind/stations'"),
        ("absent.csv", "there is no file or folder absent.csv"),
        ("folder/that/is/absent", "there is no file or folder folder"),
        (Path("sunspots"), "there is no file or folder sunspots"),
    ],
)
def test_what_does_not_exist_is_told(given, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatasetError, match=message):
        load_dataset(given)


def test_options_that_do_not_apply_are_refused(tmp_path, downloads):
    (tmp_path / "a.csv").write_text("year,a\n2000,1\n2001,2\n", encoding="utf-8")
    with pytest.raises(InvalidParameterError, match="separator= applies to files"):
        load_dataset("co2", separator=";")
    with pytest.raises(InvalidParameterError, match="split='test' applies to 'm4_hourly'"):
        load_dataset("co2", split="test")
    with pytest.raises(InvalidParameterError, match="split='test' applies to 'm4_hourly'"):
        load_dataset(tmp_path / "a.csv", split="test")
    with pytest.raises(InvalidParameterError, match="did you mean 'test'"):
        load_dataset("m4_hourly", split="tests")


def test_importing_the_package_loads_no_downloader_and_no_statsmodels():
    code = "import forecastkit.datasets, sys; print({'pooch', 'requests', 'statsmodels', 'yaml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
