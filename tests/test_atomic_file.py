import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from forecastkit.atomic_file import atomic_file


def write(path, content, error=None):
    with atomic_file(path) as temporary:
        temporary.write_bytes(content)
        if error is not None:
            raise error


def test_a_file_is_written_and_replaced(tmp_path):
    for content in (b"long " * 1000, b"short"):
        write(tmp_path / "a.csv", content)
        assert (tmp_path / "a.csv").read_bytes() == content
        assert [item.name for item in tmp_path.iterdir()] == ["a.csv"]


def test_the_temporary_file_is_hidden_beside_the_target(tmp_path):
    with atomic_file(tmp_path / "a.csv") as first, atomic_file(str(tmp_path / "a.csv")) as second:
        assert first != second
        assert {first.parent, second.parent} == {tmp_path}
        assert all(name.startswith(".a.csv.") and name.endswith(".tmp") for name in (first.name, second.name))
        assert not (tmp_path / "a.csv").exists()


def test_threads_that_write_one_file_all_succeed_and_every_reader_sees_a_whole_one(tmp_path):
    path, contents = tmp_path / "shared", [bytes([65 + i]) * 200_000 for i in range(4)]
    write(path, contents[0])

    def write_often(content):
        for _ in range(25):
            write(path, content)
            assert path.read_bytes() in contents

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_often, contents))
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError("half"), KeyboardInterrupt(), SystemExit(1)], ids=repr)
@pytest.mark.parametrize("there", [True, False])
def test_whatever_is_raised_leaves_no_trace(tmp_path, error, there):
    path = tmp_path / "a.csv"
    if there:
        path.write_text("old")
    with pytest.raises(type(error)):
        write(path, b"half", error)
    assert [item.read_text() for item in tmp_path.iterdir()] == ["old"] * there


def test_a_place_that_cannot_be_written_is_an_error_of_the_system_and_left_clean(tmp_path):
    (tmp_path / "file").write_text("keep")
    (tmp_path / "folder").mkdir()
    for name in ("absent/a", "file/a", "folder"):
        with pytest.raises(OSError, match=name.partition("/")[0]):
            write(tmp_path / name, b"new")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "keep"


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_the_permissions_are_those_of_any_new_file(tmp_path, umask):
    before = os.umask(umask)
    try:
        write(tmp_path / "a.csv", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o666 & ~umask


def test_the_content_is_on_the_disk_before_the_name_is(tmp_path, monkeypatch):
    done, fsync, replace = [], os.fsync, type(tmp_path).replace
    monkeypatch.setattr("os.fsync", lambda file: (done.append("fsync"), fsync(file)))
    monkeypatch.setattr(type(tmp_path), "replace", lambda *paths: (done.append("replace"), replace(*paths))[1])
    write(tmp_path / "a.csv", b"new")
    assert done == ["fsync", "replace"]
