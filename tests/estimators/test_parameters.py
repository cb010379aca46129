from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.estimators.parameters import (
    check_levels,
    check_quantiles,
    root_seed,
    series_generators,
)


def test_levels_are_numbers_whole_ones_as_int():
    assert check_levels(80) == (80,)
    assert check_levels(np.array([50.0, 99.9])) == (50, 99.9)
    assert [type(level) for level in check_levels((80.0, 99.5))] == [int, float]
    assert check_quantiles(Fraction(1, 4)) == (0.25,)


@pytest.mark.parametrize(
    "level", [0, 100, -5, 180, "80", True, (), [80, "95"], None, float("nan"), [80, 80.0]], ids=repr
)
def test_levels_outside_percent_or_repeated_are_refused(level):
    with pytest.raises(InvalidParameterError, match="'level'"):
        check_levels(level)


@pytest.mark.parametrize("quantiles", [0, 1, 1.5, [0.1, 0.1], [], "0.5", float("nan")], ids=repr)
def test_probabilities_outside_zero_and_one_are_refused(quantiles):
    with pytest.raises(InvalidParameterError, match="'quantiles'"):
        check_quantiles(quantiles)


def test_a_series_generator_depends_on_seed_and_id_only():
    draws = {
        name: generator.standard_normal(3)
        for name, generator in zip("abc", series_generators(pd.Index(list("abc")), 7), strict=True)
    }
    (alone,) = series_generators(pd.Index(["b"]), 7)
    np.testing.assert_array_equal(alone.standard_normal(3), draws["b"])
    assert not np.allclose(draws["a"], draws["b"])
    (other,) = series_generators(pd.Index(["b"]), 8)
    assert not np.allclose(other.standard_normal(3), draws["b"])


def test_a_seed_is_a_whole_number_or_a_generator():
    assert root_seed(5) == root_seed(np.int64(5)) == 5
    assert root_seed(None) != root_seed(None)
    assert root_seed(np.random.default_rng(3)) == root_seed(np.random.default_rng(3))
    generator = np.random.default_rng(3)
    assert root_seed(generator) != root_seed(generator)
    for bad in (-1, 1.5, True, "seed"):
        with pytest.raises(InvalidParameterError, match="'random_state'"):
            root_seed(bad)


def test_a_level_that_looks_like_a_share_is_refused():
    with pytest.raises(InvalidParameterError, match="in percent: write 80"):
        check_levels(0.8)
