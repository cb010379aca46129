"""What determines the shape of a network: enough to build it anew from a saved file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

WindowScaling = Literal["window", "window_mean"] | None


@dataclass(frozen=True)
class CovariateShape:
    """Columns of a block of covariates: numbers first, then the codes of categories.

    Parameters
    ----------
    n_numeric : int, default=0
        Columns that hold numbers.
    cardinalities : tuple of int, default=()
        Number of categories of each column that holds codes 0, 1, ...
    """

    n_numeric: int = 0
    cardinalities: tuple[int, ...] = ()

    @property
    def n_columns(self) -> int:
        """Columns in all."""
        return self.n_numeric + len(self.cardinalities)


@dataclass(frozen=True)
class NetworkSpecification:
    """Sizes and parts of an `AutoregressiveNetwork`.

    Parameters
    ----------
    order : int
        Past values p that a forecast starts from.
    block_size : int, default=1
        Steps s emitted by one call.
    backbone : {"mlp", "causal_cnn", "gru", "lstm", "attention"}, default="mlp"
        What turns the past into features.
    head : {"gaussian", "heteroscedastic", "student_t", "mixture"}, default="gaussian"
        Family of the emission.
    n_components : int, default=5
        Gaussians of a mixture.
    hidden_size, n_layers : int, default=64, 2
        Width and depth of the backbone.
    dropout : float, default=0.0
        Share of hidden units that are dropped in training.
    activation : {"relu", "silu", "tanh", "gelu"}, default="silu"
        Nonlinearity of the layers that have one to choose.
    linear_skip : bool, default=False
        Add a linear map of the lags to the location of the emission.
    window_scaling : {"window", "window_mean"} or None, default=None
        Take the mean, and for ``"window"`` the standard deviation too, of the first p values out of each window.
    window_shrinkage : float, default=0.0
        Added to each window's standard deviation, as a root of squares, in the unit of the series.
    mask_input : bool, default=False
        Tell the backbone which values were observed.
    known, past, static
        As `CovariateShape` counts them: covariates known ahead, known up to the origin, and constant in each series;
        none unless given.
    """

    order: int
    block_size: int = 1
    backbone: str = "mlp"
    head: str = "gaussian"
    n_components: int = 5
    hidden_size: int = 64
    n_layers: int = 2
    dropout: float = 0.0
    activation: str = "silu"
    linear_skip: bool = False
    window_scaling: WindowScaling = None
    window_shrinkage: float = 0.0
    mask_input: bool = False
    known: CovariateShape = field(default_factory=CovariateShape)
    past: CovariateShape = field(default_factory=CovariateShape)
    static: CovariateShape = field(default_factory=CovariateShape)
