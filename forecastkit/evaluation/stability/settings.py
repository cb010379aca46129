"""How stability is measured: how far, from how many states, by how many simulated steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...checks import check_integer, check_number
from ...estimators.parameters import RandomState, check_random_state


@dataclass(frozen=True)
class StabilitySettings:
    """Sizes of the measurement, as of `stability`.

    Parameters
    ----------
    horizon : int
        Lead times K, in steps.
    n_states : int
        States along the data, of all series together.
    n_steps : int
        Steps of a simulated path.
    n_paths : int
        Simulated paths of a series.
    reach : float
        Ranges of the data that a path may be away from them.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        Seed of the simulated paths.
    """

    horizon: int
    n_states: int
    n_steps: int
    n_paths: int
    reach: float
    random_state: RandomState

    def check(self) -> None:
        """Raise InvalidParameterError for a size outside its range."""
        for name in ("horizon", "n_states", "n_steps", "n_paths"):
            check_integer(getattr(self, name), name, 1)
        check_number(self.reach, "reach", 0)
        check_random_state(self.random_state)

    def origins(self, complete: np.ndarray, length: int, n_series: int = 1) -> np.ndarray:
        """Pick the origins of a series, evenly spaced.

        Parameters
        ----------
        complete : ndarray of int, shape (n,)
            Places of the first value after each state without missing values.
        length : int
            Values of the series.
        n_series : int, default=1
            Series that share the states.

        Returns
        -------
        ndarray of int
            Of those that ``horizon`` values follow, where there are any, else of all.
        """
        followed = complete[complete + self.horizon <= length]
        chosen = followed if len(followed) else complete
        most = max(self.n_states // n_series, min(_FEWEST, self.n_states))
        if len(chosen) <= most:
            return chosen
        return chosen[np.linspace(0, len(chosen) - 1, most).round().astype(int)]


_FEWEST = 8  # states of a series, however many series there are
