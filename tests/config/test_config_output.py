import pandas as pd
import pytest

from forecastkit.config.output import prepare_directory, write_table
from forecastkit.errors import DirectoryError

TABLE = pd.DataFrame({"unique_id": ["a", "b"], "y": [1.5, None]})


def test_a_directory_is_made_with_its_parents_and_left_empty(tmp_path):
    directory = prepare_directory(tmp_path / "a" / "b")
    assert list(directory.iterdir()) == []


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "results").touch()
    with pytest.raises(DirectoryError, match=r"output\.directory: '.*results' cannot be written: it is a file"):
        prepare_directory(tmp_path / "results")


def test_a_directory_below_a_file_cannot_be_made(tmp_path):
    (tmp_path / "results").touch()
    with pytest.raises(DirectoryError, match="cannot be written: not a directory; choose another one"):
        prepare_directory(tmp_path / "results" / "sunspots")


@pytest.mark.parametrize(("name", "read"), [("t.csv", pd.read_csv), ("t.parquet", pd.read_parquet)])
def test_a_table_is_written_as_its_suffix_says_and_nothing_is_left_beside_it(tmp_path, name, read):
    write_table(TABLE, tmp_path / name)
    pd.testing.assert_frame_equal(read(tmp_path / name), TABLE, check_dtype=False)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text("old")

    def fail_half_way(self, temporary, index):
        temporary.write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_csv", fail_half_way)
    with pytest.raises(KeyboardInterrupt):
        write_table(TABLE, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
