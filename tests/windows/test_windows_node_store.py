"""Windows of all nodes: cut out of one tensor, inside their sequences and their part."""

import numpy as np
import pytest
import torch

from forecastkit.errors import InvalidParameterError
from forecastkit.windows import NodeStore, node_windows


def _store(lengths=(12, 9), n_nodes=3, n_channels=2, seed=0):
    rng = np.random.default_rng(seed)
    n_rows = sum(lengths)
    target = torch.from_numpy(rng.standard_normal((n_rows, n_nodes)))
    return NodeStore(
        torch.from_numpy(rng.standard_normal((n_rows, n_nodes, n_channels))),
        target,
        torch.from_numpy(rng.random((n_rows, n_nodes)) < 0.5),
        torch.tensor(np.cumsum([0, *lengths])),
        0.5 * target,
    )


def test_windows_are_slices():
    store = _store()
    window = store.windows(torch.tensor([3, 14]), 4)
    assert (window.batch_size, window.length) == (2, 4)
    for number, start in enumerate((3, 14)):
        rows = slice(start, start + 4)
        for name in ("features", "target", "scored", "location"):
            assert torch.equal(getattr(window, name)[number], getattr(store, name)[rows])
    assert window.scale is None


@pytest.mark.parametrize("stride", [1, 3])
def test_windows_lie_in_their_part(stride):
    store = _store()
    first, last = np.array([2, 0]), np.array([10, 9])
    index = node_windows(store, 4, first, last, stride)
    offsets = index.series_offsets.numpy()
    for i, begin in enumerate(store.offsets[:-1].tolist()):
        starts = index.starts[offsets[i] : offsets[i + 1]].numpy() - begin
        assert starts.min() >= first[i]
        assert starts.max() == last[i] - 4
        assert (np.diff(starts) == stride).all()


def test_a_part_too_short_has_no_windows():
    index = node_windows(_store(), 6, np.array([0, 7]), np.array([5, 9]))
    assert len(index) == 0


def test_windows_without_targets_are_left_out():
    store = _store(lengths=(10,))
    scored = torch.zeros_like(store.scored)
    scored[9] = True
    bare = NodeStore(store.features, store.target, scored, store.offsets)
    assert node_windows(bare, 3, np.array([0]), np.array([10])).starts.tolist() == [7]


def test_numbers_move_and_masks_stay():
    moved = _store().to("cpu", torch.float32)
    assert moved.features.dtype == moved.location.dtype == torch.float32
    assert moved.scored.dtype == torch.bool
    assert moved.n_sequences == 2
    assert moved.lengths.tolist() == [12, 9]


def test_shapes_are_checked():
    store = _store()
    with pytest.raises(InvalidParameterError, match="'offsets' must never fall"):
        NodeStore(store.features, store.target, store.scored, torch.tensor([0, 5]))
    with pytest.raises(InvalidParameterError, match="'target' must have shape"):
        NodeStore(store.features, store.target[:-1], store.scored, store.offsets)
