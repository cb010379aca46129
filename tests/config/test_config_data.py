from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecastkit.config.data import load_data
from forecastkit.config.schema import DataSection
from forecastkit.errors import ConfigurationError, DatasetError, InvalidFrameError
from forecastkit.frames import long_frame

DAYS = pd.date_range("2024-01-01", periods=6)


def load(folder, **section):
    return load_data(DataSection(**section), folder)


@pytest.fixture
def wide(tmp_path):
    table = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, np.nan], "b": np.arange(6.0), "warm": np.arange(6) % 2}, index=DAYS)
    table.to_csv(tmp_path / "wide.csv", index_label="day")
    return tmp_path


@pytest.fixture
def long(tmp_path):
    table = pd.DataFrame({"shop": np.repeat(["x", "NO"], 6), "day": [*DAYS, *DAYS], "sold": np.arange(12.0)})
    table.loc[[4, 5, 11], "sold"] = np.nan
    table.assign(price=1.0, note="-").to_csv(tmp_path / "long.csv", index=False)
    return tmp_path


def test_a_data_set_is_found_by_name(tmp_path):
    panel = load(tmp_path, source="sunspots").panel
    assert list(panel.ids) == ["sunspots"]
    assert panel.lengths.tolist() == [309]


def test_a_path_is_relative_to_the_configuration(wide):
    assert list(load(wide, source="wide.csv").panel.ids) == ["a", "b", "warm"]
    assert load(wide / "elsewhere", source=str(wide / "wide.csv")).panel.n_series == 3


def test_series_are_chosen_by_column(wide):
    assert list(load(wide, source="wide.csv", series=["b", "a"]).panel.ids) == ["b", "a"]
    assert list(load(wide, source="wide.csv", target_col="b").panel.ids) == ["b"]


def test_covariates_are_no_series_and_reach_into_the_future(wide):
    data = load(wide, source="wide.csv", series=["a"], covariates=["warm"])
    assert list(data.panel.ids) == ["a"]
    assert data.panel.lengths.tolist() == [5]
    assert list(data.X.index) == list(DAYS)


def test_a_long_file_gives_the_named_series_and_leaves_other_columns_alone(long):
    keys = {"source": "long.csv", "id_col": "shop", "target_col": "sold"}
    panel = load(long, **keys).panel
    assert list(panel.ids) == ["x", "NO"]
    assert len(long_frame(panel)) == 9
    assert list(load(long, **keys, series=["NO"]).panel.ids) == ["NO"]


def test_each_series_of_a_long_file_has_its_own_future(long):
    data = load(long, source="long.csv", id_col="shop", target_col="sold", covariates=["price"])
    assert data.panel.lengths.tolist() == [4, 5]
    assert data.X.columns.tolist() == ["shop", "day", "price"]
    assert len(data.X) == 12


@pytest.mark.parametrize("covariates", [[], ["warm"]])
def test_the_rows_of_a_wide_file_must_be_in_order_with_and_without_covariates(wide, covariates):
    table = pd.read_csv(wide / "wide.csv")
    table.iloc[[0, 4, 2, 3, 1, 5]].to_csv(wide / "shuffled.csv", index=False)
    with pytest.raises(InvalidFrameError, match=r"shuffled\.csv: .*sort"):
        load(wide, source="shuffled.csv", series=["a"], covariates=covariates)


@pytest.mark.parametrize("covariates", [[], ["price"]])
def test_a_series_without_any_value_is_refused_with_and_without_covariates(long, wide, covariates):
    table = pd.read_csv(long / "long.csv")
    table.loc[table["shop"] == "x", "sold"] = np.nan
    table.to_csv(long / "hollow.csv", index=False)
    with pytest.raises(InvalidFrameError, match=r"hollow\.csv: .*'x'"):
        load(long, source="hollow.csv", id_col="shop", target_col="sold", covariates=covariates)
    pd.read_csv(wide / "wide.csv").assign(a=np.nan).to_csv(wide / "hollow.csv", index=False)
    with pytest.raises(InvalidFrameError, match=r"hollow\.csv: .*'a'"):
        load(wide, source="hollow.csv", series=["a"], covariates=["warm"] if covariates else [])


def test_a_file_is_read_once(long, monkeypatch):
    calls, read = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: (calls.append(path), read(path))[1])
    load(long, source="long.csv", id_col="shop", target_col="sold")
    assert len(calls) == 1


def test_a_misspelt_column_is_found_among_many(tmp_path):
    columns = {"day": DAYS} | {f"sensor_{i}": np.arange(6.0) for i in range(80)}
    pd.DataFrame(columns).to_csv(tmp_path / "many.csv", index=False)
    with pytest.raises(ConfigurationError, match=r"there is no 'sensr_77'.*, \.\.\.; did you mean 'sensor_77'"):
        load(tmp_path, source="many.csv", series=["sensr_77"])


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            {"source": "wide.csv", "series": ["c"]},
            r"data\.series: there is no 'c' in the data; allowed: 'a', 'b', 'warm'",
        ),
        ({"source": "wide.csv", "covariates": ["warn"]}, r"data\.covariates: .* did you mean 'warm'"),
        ({"source": "wide.csv", "target_col": "a", "series": ["b"]}, "both choose columns"),
        ({"source": "wide.csv", "split": "train"}, r"data\.split belongs to the data set 'm4_hourly'"),
        ({"source": "sunspots", "separator": ";"}, r"data\.separator belongs to a file; 'sunspots' is a data set"),
        ({"source": "sunspot"}, "'sunspot' is no data set, nor a file in .*; did you mean 'sunspots'"),
    ],
)
def test_a_name_that_is_not_there_is_refused(wide, section, message):
    with pytest.raises(ConfigurationError, match=message):
        load(wide, **section)


def test_an_unknown_series_of_a_long_file_is_refused(long):
    with pytest.raises(ConfigurationError, match=r"data\.series: there is no 'z' in the data; allowed: 'x', 'NO'"):
        load(long, source="long.csv", id_col="shop", target_col="sold", series=["z"])


def test_a_missing_file_names_the_nearest(wide):
    with pytest.raises(DatasetError, match=r"did you mean '.*wide\.csv'"):
        load(wide, source="wid.csv")


def test_a_flaw_of_the_data_names_the_file(tmp_path):
    (tmp_path / "twice.csv").write_text("day,v\n2024-01-01,1\n2024-01-02,2\n2024-01-02,3\n")
    with pytest.raises(InvalidFrameError, match=r"twice\.csv: .*2024-01-02"):
        load(tmp_path, source="twice.csv")
