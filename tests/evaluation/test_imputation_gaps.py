import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.evaluation.imputation.gaps import gap_spans


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.floats(0, 1), st.integers(0, 100))
def test_gaps_are_what_walking_along_them_finds(n_times, rate, seed):
    observed = np.random.default_rng(seed).random((n_times, 2)) < rate
    start, length, distance = gap_spans(observed)
    for sensor in range(2):
        there = np.flatnonzero(observed[:, sensor])
        for row in range(n_times):
            if observed[row, sensor]:
                found = (-1, 0, 0)
            else:
                first = last = row
                while first > 0 and not observed[first - 1, sensor]:
                    first -= 1
                while last < n_times - 1 and not observed[last + 1, sensor]:
                    last += 1
                nearest = np.abs(there - row).min() if len(there) else n_times
                found = (first, last - first + 1, nearest)
            assert (start[row, sensor], length[row, sensor], distance[row, sensor]) == found
