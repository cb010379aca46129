"""Downloads are verified, resumed and never written over what the user put there."""

import hashlib

import pytest
import yaml
from file_server import FileServer, serving

from forecastkit.datasets import card as card_module
from forecastkit.datasets import download, download_dataset
from forecastkit.errors import DatasetError

CONTENT = bytes(range(256)) * 1200  # five blocks


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A running server, and a data set `far` whose only file it holds."""
    monkeypatch.setenv("no_proxy", "*")
    with serving(FileServer(CONTENT)) as running:
        write_card(tmp_path / "cards", running.url)
        monkeypatch.setattr(card_module, "data_directory", lambda: tmp_path / "cards")
        yield running


def write_card(folder, url):
    fields = dict.fromkeys(["title", "source", "licence", "citation", "shape", "unit", "frequency"], "stated")
    file = {"name": "file.csv", "size": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest(), "url": url}
    fields |= {"name": "far", "seasonal_period": 1, "obtained": "download", "files": [file]}
    (folder / "far").mkdir(parents=True)
    (folder / "far" / "card.yaml").write_text(yaml.safe_dump(fields), encoding="utf-8")


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def left_in(cache):
    return sorted(item.name for item in (cache / "far").iterdir() if not item.name.endswith(".lock"))


def test_a_download_has_the_content_and_leaves_nothing_else(server, cache):
    (path,) = download_dataset("far", cache)
    assert path == cache / "far" / "file.csv"
    assert path.read_bytes() == CONTENT
    assert left_in(cache) == ["file.csv"]


def test_a_second_call_asks_the_server_nothing(server, cache):
    download_dataset("far", cache)
    download_dataset("far", str(cache))
    assert server.requested == [None]


def test_a_cut_connection_goes_on_where_it_stopped(server, cache):
    server.cuts = [1000, 70_000]
    (path,) = download_dataset("far", cache)
    assert path.read_bytes() == CONTENT
    assert server.requested == [None, "bytes=1000-", "bytes=71000-"]


def test_a_part_of_an_earlier_call_is_used(server, cache):
    server.cuts = [1000, 0]
    with pytest.raises(DatasetError, match=r"1,000 of 307,200 bytes are kept for the next attempt"):
        download_dataset("far", cache)
    assert left_in(cache) == ["file.csv.part"]
    (path,) = download_dataset("far", cache)
    assert path.read_bytes() == CONTENT
    assert server.requested[-1] == "bytes=1000-"
    assert left_in(cache) == ["file.csv"]


def test_a_server_without_ranges_sends_all_again(server, cache):
    server.ranges, server.cuts = False, [1000]
    (path,) = download_dataset("far", cache)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("part", [b"another beginning", CONTENT + b"more", b"x" * len(CONTENT)], ids=len)
def test_a_part_of_another_file_is_discarded_and_all_is_fetched(server, cache, part):
    (cache / "far").mkdir(parents=True)
    (cache / "far" / "file.csv.part").write_bytes(part)
    (path,) = download_dataset("far", cache)
    assert path.read_bytes() == CONTENT
    assert server.requested[-1] is None
    assert left_in(cache) == ["file.csv"]


@pytest.mark.parametrize("wrong", [b"y" * len(CONTENT), CONTENT[:5000], CONTENT + b"more"], ids=len)
@pytest.mark.parametrize("part", [0, 2000, 6000])
def test_wrong_content_is_refused_with_both_checksums_and_discarded(server, cache, wrong, part):
    (cache / "far").mkdir(parents=True)
    if part:
        (cache / "far" / "file.csv.part").write_bytes(CONTENT[:part])
    server.content = wrong
    with pytest.raises(DatasetError) as caught:
        download_dataset("far", cache)
    assert hashlib.sha256(CONTENT).hexdigest() in str(caught.value)
    if wrong == b"y" * len(CONTENT):
        assert hashlib.sha256(wrong).hexdigest() in str(caught.value)
    assert left_in(cache) == []


@pytest.mark.parametrize("status", [404, 403, 503])
def test_an_answer_that_is_no_file_is_told(server, cache, status):
    server.status = status
    with pytest.raises(DatasetError, match=f"far: the server answered {status}"):
        download_dataset("far", cache)
    assert left_in(cache) == []


def test_without_a_connection_the_message_says_how_to_go_on_by_hand(tmp_path, cache, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with serving(FileServer(b"")) as gone:
        write_card(tmp_path / "cards", gone.url)
    monkeypatch.setattr(card_module, "data_directory", lambda: tmp_path / "cards")
    with pytest.raises(DatasetError) as caught:
        download_dataset("far", cache)
    for said in ("far", gone.url, str(cache / "far" / "file.csv"), hashlib.sha256(CONTENT).hexdigest(), "refused"):
        assert said in str(caught.value)


def test_a_file_put_there_by_hand_is_taken(server, cache):
    (cache / "far").mkdir(parents=True)
    (cache / "far" / "file.csv").write_bytes(CONTENT)
    assert download_dataset("far", cache) == [cache / "far" / "file.csv"]
    assert server.requested == []


def test_another_file_put_there_by_hand_is_refused_and_kept(server, cache):
    (cache / "far").mkdir(parents=True)
    (cache / "far" / "file.csv").write_bytes(b"mine")
    with pytest.raises(DatasetError) as caught:
        download_dataset("far", cache)
    assert hashlib.sha256(b"mine").hexdigest() in str(caught.value)
    assert hashlib.sha256(CONTENT).hexdigest() in str(caught.value)
    assert (cache / "far" / "file.csv").read_bytes() == b"mine"
    assert server.requested == []


def test_a_cache_that_cannot_be_written_is_told(server, tmp_path):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"cannot write or read .*choose another cache="):
        download_dataset("far", tmp_path / "taken")


def test_progress_rises_to_the_size_and_starts_at_the_part(server, cache):
    server.cuts = [70_000]
    seen = []
    download_dataset("far", cache, progress=lambda *values: seen.append(values))
    assert {name for name, _, _ in seen} == {"file.csv"}
    assert {total for _, _, total in seen} == {len(CONTENT)}
    done = [bytes_so_far for _, bytes_so_far, _ in seen]
    assert done == sorted(set(done))
    assert done[-1] == len(CONTENT)


def test_an_interruption_by_the_user_keeps_the_part(server, cache):
    def interrupt(name, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download_dataset("far", cache, progress=interrupt)
    assert left_in(cache) == ["file.csv.part"]
    assert download_dataset("far", cache)[0].read_bytes() == CONTENT
    assert server.requested[-1] != server.requested[0]


def test_nothing_is_printed_and_the_log_level_of_pooch_is_restored(server, cache, capfd):
    import pooch

    level = pooch.get_logger().level
    download_dataset("far", cache)
    assert capfd.readouterr() == ("", "")
    assert pooch.get_logger().level == level


def test_data_that_is_not_downloaded_says_where_it_is():
    with pytest.raises(DatasetError, match="comes with statsmodels"):
        download_dataset("co2")
    with pytest.raises(DatasetError, match="comes with forecastkit"):
        download_dataset("irish_wind")
    with pytest.raises(DatasetError, match="did you mean 'm4_hourly'"):
        download_dataset("m4_hourl")


def test_the_default_folder_is_that_of_the_operating_system(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = download.dataset_folder("m4_hourly")
    assert folder.name == "m4_hourly"
    assert folder.parent.name == "forecastkit"
