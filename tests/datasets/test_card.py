"""Every card is complete and every shipped file is the one its card describes."""

import dataclasses
import hashlib
import re

import pytest

from forecastkit.datasets import card, dataset_card, list_datasets
from forecastkit.datasets.card import data_directory
from forecastkit.errors import DatasetError

CARDS = list_datasets()
NAMES = [item.name for item in CARDS]


@pytest.mark.parametrize("item", CARDS, ids=NAMES)
def test_a_card_is_complete(item):
    for field in dataclasses.fields(item):
        if field.name != "files":
            assert getattr(item, field.name), field.name
    assert (data_directory() / item.name / "card.yaml").is_file()
    assert item.obtained in ("shipped", "statsmodels", "download")
    assert bool(item.files) == (item.obtained != "statsmodels")
    for file in item.files:
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.size > 0
        assert (file.url is not None) == (item.obtained == "download")
        assert file.url is None or re.search(r"^https://.*/[0-9a-f]{40}/.*" + re.escape(file.name) + "$", file.url)


@pytest.mark.parametrize("item", [item for item in CARDS if item.obtained == "shipped"], ids=lambda item: item.name)
def test_a_shipped_folder_holds_its_files_and_no_others(item):
    folder = data_directory() / item.name
    assert sorted(path.name for path in folder.iterdir()) == sorted(["card.yaml", *(file.name for file in item.files)])
    for file in item.files:
        content = (folder / file.name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)


def test_the_list_holds_every_folder():
    assert sorted(path.name for path in data_directory().iterdir()) == NAMES


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(DatasetError, match="did you mean 'sunspots'"):
        dataset_card("sunspot")


@pytest.mark.parametrize("name", ["../datasets/sunspots", "sunspots/", ""])
def test_a_name_is_no_path(name):
    with pytest.raises(DatasetError, match="there is no data set"):
        dataset_card(name)


def test_the_data_of_an_installed_package_comes_before_a_checkout(tmp_path, monkeypatch):
    for folder in ("forecastkit/_data", "datasets"):
        (tmp_path / folder / "sunspots").mkdir(parents=True)
        (tmp_path / folder / "sunspots" / "card.yaml").touch()
    monkeypatch.setattr(card, "__file__", str(tmp_path / "forecastkit" / "datasets" / "card.py"))
    assert data_directory() == tmp_path / "forecastkit" / "_data"
    (tmp_path / "forecastkit/_data/sunspots/card.yaml").unlink()
    assert data_directory() == tmp_path / "datasets"
    (tmp_path / "datasets/sunspots/card.yaml").unlink()
    with pytest.raises(DatasetError, match="install forecastkit again"):
        data_directory()
