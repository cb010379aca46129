import pytest
import torch

from forecastkit.windows import Window


@pytest.fixture
def window():
    generator = torch.Generator().manual_seed(0)
    return Window(
        values=torch.randn(4, 6, generator=generator),
        observed=torch.rand(4, 6, generator=generator) > 0.3,
        known=torch.randn(4, 9, 2, generator=generator),
        past=torch.randn(4, 6, 3, generator=generator),
        static=torch.randn(4, 5, generator=generator),
    )


def test_the_sizes_are_those_of_the_tensors(window):
    assert (window.batch_size, window.length, window.known_length) == (4, 6, 9)
    assert Window(window.values).known_length == 6


@pytest.mark.parametrize("index", [torch.tensor([2, 0, 2]), torch.tensor([True, False, False, True]), slice(1, 3)])
def test_selected_windows_have_every_tensor_of_theirs(window, index):
    chosen = window.select(index)
    for name in ("values", "observed", "known", "past", "static"):
        assert torch.equal(getattr(chosen, name), getattr(window, name)[index])


def test_the_first_positions_keep_what_is_known_ahead(window):
    first = window.first(4)
    assert torch.equal(first.values, window.values[:, :4])
    assert torch.equal(first.observed, window.observed[:, :4])
    assert torch.equal(first.past, window.past[:, :4])
    assert first.known is window.known
    assert first.static is window.static


def test_a_dtype_is_given_to_the_numbers_and_not_to_the_mask(window):
    moved = window.to(dtype=torch.float64)
    assert {moved.values.dtype, moved.known.dtype, moved.past.dtype, moved.static.dtype} == {torch.float64}
    assert moved.observed.dtype == torch.bool


def test_moving_to_where_it_is_shares_the_tensors(window):
    assert window.to("cpu", torch.float32).values is window.values
    assert window.to().values is window.values


def test_what_is_not_there_stays_away(window):
    alone = Window(window.values)
    for other in (alone.first(2), alone.select(slice(2)), alone.to(dtype=torch.float64)):
        assert (other.observed, other.known, other.past, other.static) == (None, None, None, None)
