"""The kind of a file follows from its name; what is missing is told with the nearest name."""

import pytest

from forecastkit.errors import DatasetError
from forecastkit.frames.file_kind import file_kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.csv", "csv"), ("A.CSV", "csv"), ("a.tsv", "csv"), ("a.txt", "csv"), ("a.csv.gz", "csv"), ("a.pq", "parquet")],
)
def test_the_ending_tells_the_kind(tmp_path, name, kind):
    (tmp_path / name).touch()
    assert file_kind(tmp_path / name) == kind


def test_the_nearest_file_or_folder_is_named(tmp_path):
    (tmp_path / "loads").mkdir()
    (tmp_path / "loads" / "hourly.csv").touch()
    with pytest.raises(DatasetError, match=r"hourli\.csv; did you mean .*hourly\.csv"):
        file_kind(tmp_path / "loads" / "hourli.csv")
    with pytest.raises(DatasetError, match=r"file or folder .*load; did you mean .*loads'"):
        file_kind(tmp_path / "load" / "hourly.csv")


def test_a_folder_is_answered_with_a_file_in_it(tmp_path):
    with pytest.raises(DatasetError, match=r"is a folder; name a file in it$"):
        file_kind(tmp_path)
    (tmp_path / "hourly.csv").touch()
    with pytest.raises(DatasetError, match=r"such as 'hourly\.csv'"):
        file_kind(tmp_path)


@pytest.mark.parametrize(
    ("name", "message"), [("a.xlsx", "save the sheet as CSV"), ("a.json", "must end in one of .csv")]
)
def test_other_kinds_are_refused(tmp_path, name, message):
    (tmp_path / name).touch()
    with pytest.raises(DatasetError, match=message):
        file_kind(tmp_path / name)
