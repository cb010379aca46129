"""What a neural forecaster has learned: as attributes, as a table, and as arrays for a saved file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...frames import Panel
from ..base import BaseForecaster

if TYPE_CHECKING:
    from .network import FittedNetwork


class NetworkAttributes(BaseForecaster):
    """What `fit` learned, for everyone to see."""

    _fitted: FittedNetwork
    batch_size: int

    @property
    def network_(self) -> Any:
        """The trained network, a torch module on the CPU."""
        self._fitted_panel()
        return self._fitted.network

    @property
    def backbone_(self) -> str:
        """The backbone used."""
        return self.network_.specification.backbone

    @property
    def linear_skip_(self) -> bool:
        """Whether the network has a linear skip."""
        return self.network_.specification.linear_skip

    @property
    def training_(self) -> dict[str, Any]:
        """Steps and losses of training, and the reasons of automatic choices."""
        self._fitted_panel()
        return dict(self._fitted.record)

    @property
    def n_parameters_(self) -> int:
        """Number of weights."""
        return sum(each.numel() for each in self.network_.parameters())

    def summary(self) -> Any:
        """Describe the network and its training as a table.

        Returns
        -------
        statsmodels.iolib.summary.Summary
            Prints as text, shows as HTML in a notebook.
        """
        from .summary import nar_summary

        return nar_summary(self, self._fitted_panel())

    def _state(self) -> dict[str, np.ndarray]:
        """Fitted arrays."""
        from .stored_network import network_state

        return network_state(self._fitted)

    def _restore(self, panel: Panel, state: dict[str, np.ndarray]) -> None:
        """Take back the fitted arrays."""
        from .stored_network import restored_network

        self._fitted = restored_network(state)
