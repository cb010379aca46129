import itertools

import numpy as np
import pytest
import torch
from tiny_training import LENGTH, panel

from forecastkit.training import WindowDataModule
from forecastkit.windows import SeriesStore, WindowIndex, draw


@pytest.fixture
def data():
    return WindowDataModule(*panel(), LENGTH, batch_size=8, seed=3)


def test_training_batches_are_the_draws_of_their_steps(data):
    batches = itertools.islice(data.train_dataloader(), 4)
    for step, starts in enumerate(batches):
        assert torch.equal(starts, draw(data.training_index, 8, seed=3, step=step))


def test_loading_can_be_started_again(data):
    loader = data.train_dataloader()
    assert torch.equal(next(iter(loader)), next(iter(loader)))


def test_a_batch_becomes_the_windows_that_start_there(data):
    starts = next(iter(data.train_dataloader()))
    window = data.transfer_batch_to_device(starts, torch.device("cpu"), 0)
    assert torch.equal(window.values, data.store.windows(starts, LENGTH).values)


def test_every_held_out_window_is_validated_once(data):
    batches = list(data.val_dataloader())
    assert torch.equal(torch.cat(batches), data.validation_index.starts)
    assert max(map(len, batches)) <= 32
    assert len(data.val_dataloader()) == len(batches)


def test_of_many_held_out_windows_1024_are_validated():
    store = SeriesStore.from_arrays(np.zeros(5000), np.array([0, 5000]))
    index = WindowIndex(torch.arange(4900), torch.tensor([0, 4900]))
    data = WindowDataModule(store, index, index, 10, batch_size=256)
    assert [len(batch) for batch in data.val_dataloader()] == [1024]


@pytest.mark.parametrize("held_out", [None, WindowIndex(torch.arange(0), torch.tensor([0, 0]))])
def test_nothing_is_validated_where_nothing_is_held_out(data, held_out):
    data.validation_index = held_out
    assert list(data.val_dataloader()) == []
