"""Heads by name."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import InvalidParameterError, nearest
from .gaussian import GaussianHead, HeteroscedasticHead
from .head import Head
from .mixture import MixtureHead
from .student_t import StudentTHead

_BUILDERS: dict[str, Callable[[int, int, int], Head]] = {
    "gaussian": lambda n_features, n_steps, _: GaussianHead(n_features, n_steps),
    "heteroscedastic": lambda n_features, n_steps, _: HeteroscedasticHead(n_features, n_steps),
    "student_t": lambda n_features, n_steps, _: StudentTHead(n_features, n_steps),
    "mixture": MixtureHead,
}
HEADS = tuple(_BUILDERS)


def make_head(name: str, n_features: int, n_steps: int = 1, n_components: int = 5) -> Head:
    """Build the head of a name.

    Parameters
    ----------
    name : {"gaussian", "heteroscedastic", "student_t", "mixture"}
        One of `HEADS`.
    n_features : int
        Width d of the features, 1 or more.
    n_steps : int, default=1
        Steps s that a call emits, 1 or more.
    n_components : int, default=5
        Gaussians of a mixture, 1 or more; the other heads have none.

    Returns
    -------
    Head
        With torch's initial weights, drawn from its global stream.

    Raises
    ------
    InvalidParameterError
        No head has that name.

    Examples
    --------
    >>> make_head("student_t", n_features=8, n_steps=2).n_parameters
    2
    """
    if name not in _BUILDERS:
        raise InvalidParameterError(f"Unknown head {name!r}; {nearest(name, HEADS)}.")
    return _BUILDERS[name](n_features, n_steps, n_components)
