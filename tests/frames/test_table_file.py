"""A table comes back as it was written, however it is written; what cannot be read is refused with its place."""

import gzip
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import DatasetError, DataWarning, InvalidFrameError, InvalidParameterError
from forecastkit.frames.table_file import read_table, read_table_file

DAYS = pd.date_range("2020-01-30", periods=5, name="date")
WIDE = pd.DataFrame({"north": [1.5, -2.25, 3.0, 4e-7, 5.125], "süd": [10, 20, 30, 40, 50]}, index=DAYS)
LONG = pd.DataFrame(
    {"unique_id": np.repeat(["a", "b"], 3), "ds": [1, 2, 3, 1, 2, 3], "y": [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]}
)


@pytest.fixture
def write(tmp_path):
    def writer(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return writer


def sniff(path):
    return read_table_file(path)[0]


def same(found, expected):
    pd.testing.assert_frame_equal(found, expected, check_freq=False, check_index_type=False, check_column_type=False)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("quoting", [0, 1])
def test_a_wide_table_is_read_back_however_it_is_written(tmp_path, separator, encoding, quoting):
    path = tmp_path / "table.csv"
    WIDE.to_csv(path, sep=separator, encoding=encoding, quoting=quoting)
    same(read_table(path), WIDE)
    found = sniff(path)
    assert (found.separator, found.encoding, found.decimal) == (separator, encoding, ".")
    assert (found.kind, found.layout, found.time_col, found.id_col) == ("csv", "wide", "date", None)
    assert found.columns == ("date", "north", "süd")
    assert (found.numeric_columns, found.target_col, found.n_rows) == (("north", "süd"), None, 5)


@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
def test_decimal_commas_are_found(tmp_path, separator):
    path = tmp_path / "table.csv"
    WIDE.to_csv(path, sep=separator, decimal=",")
    same(read_table(path), WIDE)
    assert sniff(path).decimal == ","


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(
        st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 3)) | st.none(), min_size=2, max_size=12
    ).filter(lambda values: any(value is not None and value % 1 for value in values)),
    separator=st.sampled_from(";\t|"),
    decimal=st.sampled_from(".,"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    blank=st.integers(0, 3),
)
def test_any_numbers_survive_any_way_of_writing(tmp_path_factory, values, separator, decimal, end, blank):
    frame = pd.DataFrame({"a": values, "n": range(len(values))}, index=pd.RangeIndex(1900, 1900 + len(values)))
    path = tmp_path_factory.mktemp("any") / "table.csv"
    text = frame.astype({"a": float}).to_csv(sep=separator, decimal=decimal, lineterminator=end, index_label="year")
    path.write_bytes((text + end * blank).encode())
    with warnings.catch_warnings():  # a lone 1.625 might be thousands, which is said
        warnings.simplefilter("ignore", DataWarning)
        found = read_table(path)
    np.testing.assert_allclose(found["a"].to_numpy(float), frame["a"].to_numpy(float), rtol=1e-15)
    assert found["n"].tolist() == list(range(len(values)))
    assert found.index.tolist() == frame.index.tolist()


def test_a_compressed_file_is_read(write):
    path = write(gzip.compress(WIDE.to_csv().encode()), "table.csv.gz")
    same(read_table(path), WIDE)


def test_a_damaged_compressed_file_is_refused(write):
    with pytest.raises(InvalidFrameError, match="compressed file is damaged"):
        read_table(write(gzip.compress(WIDE.to_csv().encode())[:-9], "table.csv.gz"))


@pytest.mark.parametrize("unnamed", [True, False])
def test_a_long_table_keeps_its_columns_and_loses_only_row_numbers(tmp_path, unnamed):
    path = tmp_path / "long.csv"
    LONG.to_csv(path, index=unnamed)
    same(read_table(path), LONG)
    found = sniff(path)
    assert (found.layout, found.time_col, found.id_col, found.target_col) == ("long", "ds", "unique_id", "y")
    assert found.columns == ("unique_id", "ds", "y")


def test_an_unnamed_first_column_of_dates_is_the_time(tmp_path):
    path = tmp_path / "wide.csv"
    WIDE.rename_axis(None).to_csv(path)
    same(read_table(path), WIDE.rename_axis(None))
    assert sniff(path).time_col == "Unnamed: 0"
    same(read_table(path, time_col="Unnamed: 0"), WIDE.rename_axis(None))


def test_row_names_without_a_heading_are_a_column(write):
    path = write("north south\n2001 1.5 2\n2002 2.5 3\n", "table.txt")
    found = read_table(path, separator=r"\s+")
    assert found.index.tolist() == [2001, 2002]
    assert found["south"].tolist() == [2, 3]


def test_the_order_of_the_rows_is_kept(tmp_path):
    path = tmp_path / "long.csv"
    shuffled = LONG.sample(frac=1, random_state=1)
    shuffled.to_csv(path, index=False)
    same(read_table(path), shuffled.reset_index(drop=True))


def test_months_become_their_first_day(write):
    found = read_table(write("Month,Passengers\n1949-01,112\n1949-02,118\n"))
    assert found.index.equals(pd.DatetimeIndex(["1949-01-01", "1949-02-01"], name="Month"))
    assert found.index.name == "Month"


@pytest.mark.parametrize("first", [1, 1700])
def test_counts_and_years_stay_integers(write, first):
    rows = "".join(f"{first + i},{i * 0.5}\n" for i in range(20))
    found = read_table(write("when,value\n" + rows))
    assert found.index.tolist() == list(range(first, first + 20))
    assert np.issubdtype(found.index.dtype, np.integer)


def test_a_table_of_a_thousand_columns_is_read(tmp_path):
    frame = pd.DataFrame(np.arange(15_000.0).reshape(5, 3000) / 4, index=DAYS, columns=[f"s{i}" for i in range(3000)])
    path = tmp_path / "broad.csv"
    frame.to_csv(path)
    same(read_table(path), frame)


@pytest.mark.parametrize("ending", ["\n\n\n", "\n;;\n;;\n", "\n  \n", ""])
def test_blank_lines_at_the_end_are_no_rows(write, ending):
    assert read_table(write(f"date;a;b\n2020-01-01;1;2\n2020-01-02;3;4{ending}")).shape == (2, 2)


@pytest.mark.parametrize("hint", ["sep=;\r\n", '"sep=;"\n'])
def test_the_separator_line_of_spreadsheets_is_understood(write, hint):
    path = write(hint + "date;a,b\n2020-01-01;1\n2020-01-02;3\n")
    assert read_table(path)["a,b"].tolist() == [1, 3]
    with pytest.raises(InvalidFrameError, match="line 4 has 3"):
        read_table(write(hint + "date;a\n2020-01-01;1\n2020-01-02;3;4\n"))


def test_a_separator_at_the_end_of_each_line_adds_no_column(write):
    found = read_table(write("date,a,\n2020-01-01,1,\n2020-01-02,3,\n"))
    assert list(found.columns) == ["a"]


def test_missing_values_stay_missing(write):
    found = read_table(write("date,a,b\n2020-01-01,,1\n2020-01-02,2,\n"))
    assert found.isna().to_numpy().tolist() == [[True, False], [False, True]]


def test_ids_keep_their_leading_zeros(write):
    rows = "".join(f"{code},{t},{t}\n" for code in ("007", "7") for t in range(4))
    assert read_table(write("store,time,sold\n" + rows))["store"].tolist() == ["007"] * 4 + ["7"] * 4
    plain = read_table(write("store,time,sold\n" + rows.replace("007", "8")))
    assert plain["store"].tolist() == [8] * 4 + [7] * 4


def test_thousands_marks_are_not_taken_for_decimal_commas(write):
    found = sniff(write('date,a,b\n2020-01-01,"1,234",2\n2020-01-02,"5,678",3\n'))
    assert found.decimal == "."
    assert found.numeric_columns == ("b",)


def test_text_columns_are_kept_and_not_called_numeric(write):
    path = write("date,remark,load\n2020-01-01,fine,1\n2020-01-02,,2\n")
    assert list(read_table(path).columns) == ["remark", "load"]
    assert sniff(path).numeric_columns == ("load",)
    assert sniff(path).target_col == "load"


def test_an_integer_column_is_not_taken_for_ids_when_a_time_repeats(write):
    path = write("date,load\n2020-01-01,1\n2020-01-01,2\n2020-01-02,3\n")
    assert sniff(path).layout == "wide"


def test_names_that_are_stated_win(write):
    path = write("date,issued,shop,load\n2020-01-01,2019-12-01,a,1\n2020-01-02,2019-12-02,a,2\n")
    assert sniff(path).time_col == "date"
    found = read_table(path, time_col="issued", id_col="shop")
    assert list(found.columns) == ["date", "issued", "shop", "load"]
    assert pd.api.types.is_datetime64_any_dtype(found["issued"].dtype)


@pytest.mark.parametrize("index", [DAYS, DAYS.rename(None), DAYS.tz_localize("Europe/Dublin")], ids=str)
def test_parquet_gives_back_a_wide_frame(tmp_path, index):
    path = tmp_path / "table.parquet"
    frame = WIDE.set_axis(index)
    frame.to_parquet(path)
    same(read_table(path), frame)
    assert sniff(path).kind == "parquet"
    assert sniff(path).separator is None


def test_parquet_gives_back_long_frames_also_with_an_index_of_two_levels(tmp_path):
    LONG.to_parquet(tmp_path / "flat.parquet")
    LONG.set_index(["unique_id", "ds"]).to_parquet(tmp_path / "levels.parquet")
    for name in ("flat", "levels"):
        same(read_table(tmp_path / f"{name}.parquet"), LONG)


def test_dates_of_parquet_are_times(tmp_path):
    path = tmp_path / "dates.parquet"
    pd.DataFrame({"day": DAYS.date, "load": range(5)}).to_parquet(path)
    assert read_table(path).index.tolist() == DAYS.tolist()


def test_parquet_with_columns_of_two_levels_is_refused(tmp_path):
    path = tmp_path / "levels.parquet"
    pd.concat({"a": WIDE}, axis=1).to_parquet(path)
    with pytest.raises(InvalidFrameError, match="several levels"):
        read_table(path)


BAD = {
    "empty": ("", "the file is empty"),
    "blank": ("\n\n  \n", "the file is empty"),
    "header only": ("date,a\n", r"a header \(2 columns\) and no rows"),
    "one column": ("date\n2020-01-01\n", "no column holds numbers only"),
    "long row": ("date,a\n2020-01-01,1\n2020-01-02,1,2\n", "line 3 has 3"),
    "short row": ("date,a,b\n2020-01-01,1,2\n2020-01-02,1\n2020-01-03,1\n", "2 rows are not .* line 3 has 2"),
    "lines in quotes": ('date,a,b\n2020-01-01,"x\ny",2\n2020-01-02,1\n', "line 4 has 2"),
    "no header": ("2020-01-01,1.5\n2020-01-02,2.5\n", "line 1 holds only values .* add a header line"),
    "repeated name": ("date,a,a\n2020-01-01,1,2\n", "the header repeats 'a'"),
    "no time": ("name,a\nx,1.5\ny,2.5\n", "no column looks like a time.*'name', 'a'.*time_col="),
    "no numbers": ("date,a\n2020-01-01,x\n2020-01-02,y\n", r"no column holds numbers.*'a' holds 'x' \(line 2\)"),
    "a word among numbers": ("date,a\n2020-01-01,1\n2020-01-02,-\n", r"'a' holds '-' \(line 3\)"),
    "binary": (b"date,a\n\x00\x01\x02", "a binary file.*position 7"),
    "workbook": (b"PK\x03\x04...", "an Excel workbook"),
    "renamed parquet": (b"PAR1...", "rename it to end in .parquet"),
    "open quote": ('date,a\n2020-01-01,"1\n' + "2020-01-02,2\n" * 20_000, "line 2 cannot be read.*quotation mark"),
    "bad time": ("date,a\n2020-01-01,1\n2020-13-01,2\n", r"1 of 2 values are no times: '2020-13-01' \(line 3\)"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD)
def test_a_file_that_is_no_table_is_refused_with_its_path_and_place(write, content, message):
    path = write(content)
    with pytest.raises(InvalidFrameError, match=f"(?s)table.csv: .*{message}"):
        read_table(path)


def test_a_file_that_only_claims_to_be_parquet_is_refused(write):
    with pytest.raises(InvalidFrameError, match="not a readable Parquet file"):
        read_table(write("date,a\n2020-01-01,1\n", "table.parquet"))


def test_stated_columns_that_are_not_there_are_answered_with_the_nearest(tmp_path):
    LONG.to_csv(tmp_path / "long.csv", index=False)
    with pytest.raises(InvalidFrameError, match=r"time_col='dss' is not a column.*did you mean 'ds'"):
        read_table(tmp_path / "long.csv", time_col="dss")
    with pytest.raises(InvalidFrameError, match=r"id_col='unique'.*did you mean 'unique_id'"):
        read_table(tmp_path / "long.csv", id_col="unique")


def test_of_many_columns_few_are_listed_and_the_nearest_is_named(write):
    path = write(",".join(["date", *(f"sensor_{i}" for i in range(60))]) + "\n" + ",".join(["2020-01-01"] + ["1"] * 60))
    with pytest.raises(InvalidFrameError, match=r"'sensor_8', \.\.\.; did you mean 'sensor_57'"):
        read_table(path, time_col="senser_57")


def test_what_was_found_and_the_table_come_of_one_reading(tmp_path, monkeypatch):
    WIDE.to_csv(tmp_path / "wide.csv")
    calls = count_readings(monkeypatch)
    found, table = read_table_file(tmp_path / "wide.csv")
    assert (found.layout, found.n_rows, len(calls)) == ("wide", 5, 1)
    same(table, WIDE)


def count_readings(monkeypatch):
    """Grows with every file that is read."""
    calls, read = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: (calls.append(path), read(path))[1])
    return calls


def test_options_out_of_range_are_refused(write):
    path = write("date,a\n2020-01-01,1\n")
    for options in ({"separator": ";;"}, {"decimal": "x"}):
        with pytest.raises(InvalidParameterError):
            read_table(path, **options)
    with pytest.raises(InvalidFrameError, match="no encoding 'utf-9'"):
        read_table(path, encoding="utf-9")
    with pytest.raises(InvalidFrameError, match="not written in encoding 'ascii'"):
        read_table(write("date,ä\n2020-01-01,1\n"), encoding="ascii")


def test_a_missing_file_is_a_dataset_error(tmp_path):
    with pytest.raises(DatasetError):
        sniff(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("text", "values"),
    [("Y\n22262\n21756\n22247\n", [22262, 21756, 22247]), ('"Y"\n2,5\n1,25\n3\n', [2.5, 1.25, 3.0])],
)
def test_the_rows_of_numbers_without_times_are_numbered(tmp_path, text, values):
    path = tmp_path / "values.csv"
    path.write_text(text)
    with pytest.warns(DataWarning, match=r"no column looks like a time: the rows are numbered 0, 1, 2"):
        table = read_table(path)
    assert table["Y"].tolist() == values
    assert table.index.tolist() == [0, 1, 2]


def test_a_parquet_file_without_times_has_numbered_rows(tmp_path):
    path = tmp_path / "zones.parquet"
    pd.DataFrame({"1": [3.5, 2.0, 1.0], "2": [1.0, 2.5, 4.0]}).to_parquet(path)
    with pytest.warns(DataWarning, match="rows are numbered"):
        assert read_table(path).index.tolist() == [0, 1, 2]


def test_a_header_of_sensor_codes_is_a_header(tmp_path):
    path = tmp_path / "speed.csv"
    path.write_text("773869,767541\n64.375,67\n62.5,68.5\n")
    with pytest.warns(DataWarning, match="rows are numbered"):
        assert list(read_table(path).columns) == ["773869", "767541"]


def test_a_single_column_of_text_asks_for_the_separator(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("when:value\n2020:1.5\n2021:2.5\n")
    with pytest.raises(InvalidFrameError, match=r"single column.*separator="):
        read_table(path)


def test_points_that_may_mark_thousands_are_said(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("Datum;Umsatz\n2024-01-06;998\n2024-01-07;1.001\n2024-01-08;1.004\n")
    with pytest.warns(DataWarning, match=r"'Umsatz': 1\.001 was read with a decimal point"):
        read_table(path)
    path.write_text("Datum;Umsatz\n2024-01-06;0.998\n2024-01-07;1.001\n2024-01-08;1.004\n")
    assert read_table(path)["Umsatz"].tolist() == [0.998, 1.001, 1.004]


def test_a_wide_file_with_the_newest_row_first_is_turned_round(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("date,close\n2024-01-03,3\n2024-01-02,2\n2024-01-01,1\n")
    assert read_table(path)["close"].tolist() == [1, 2, 3]
