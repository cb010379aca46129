"""One-step laws of a network on data that it can see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from ...frames import Panel
    from ...nn.heads import Emission
    from ...windows import SeriesScaling


class OneStepForecast:
    """Law of every value of a panel given those before it: a batch of n_values with horizon 1.

    Parameters
    ----------
    laws : sequence of Emission
        Batches of laws of the blocks that begin at ``places``, of which the first step is looked at.
    places : ndarray of int, shape (n_laws,)
        Values that have a law; the others have NaN.
    scaling : SeriesScaling
        Of the panel's series.
    panel : Panel
        The data.
    """

    def __init__(self, laws: Sequence[Emission], places: np.ndarray, scaling: SeriesScaling, panel: Panel) -> None:
        self._laws, self._places, self._scaling, self._panel = laws, places, scaling, panel

    @property
    def point(self) -> np.ndarray:
        """One-step forecasts, shape (n_values, 1)."""
        return self._placed(lambda law: law.mean[None])[0]

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Quantiles, shape (n_probabilities, n_values, 1)."""
        return self._placed(lambda law: law.quantile(torch.from_numpy(probabilities)), len(probabilities))

    def sample(self, n_samples: int, generators: Sequence[np.random.Generator]) -> np.ndarray:
        """Draws, shape (n_samples, n_values, 1); each value with a generator of its own."""
        noise = np.stack([each.standard_normal(n_samples) for each in generators], axis=1)
        parts = iter(np.split(noise[:, self._places], np.cumsum([len(law.mean) for law in self._laws])[:-1], axis=1))
        return self._placed(lambda law: law.from_normal(torch.from_numpy(next(parts))[..., None]), n_samples)

    def _placed(self, of: Callable[[Emission], torch.Tensor], n: int = 1) -> np.ndarray:
        """Numbers (n, batch, s) of each law in the data's unit, at their places; shape (n, n_values, 1)."""
        result = np.full((n, len(self._panel.values), 1), np.nan)
        if len(self._places):
            with torch.inference_mode():
                scaled = torch.cat([of(law)[..., 0] for law in self._laws], dim=1).numpy()
            series = self._panel.series_index[self._places]
            result[:, self._places, 0] = self._scaling.inverse(scaled, series)
        return result
