"""Accelerated ascent to a fixed point of a map that never lowers its objective, such as a step of EM."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..errors import ConvergenceError

_MEMORY = 8  # steps that an extrapolation looks back on
_SLACK = 1e-13  # a fall of the objective by less than this part of it is rounding
_PATIENCE = 10  # steps without a rise above rounding after which the ascent has ended


def ascend(
    step: Callable[[np.ndarray], tuple[np.ndarray, float]], start: np.ndarray, tolerance: float, most: int
) -> np.ndarray:
    """Iterate x → F(x) to its fixed point, by Anderson's acceleration with a safeguard.

    The next point combines the last few images F(x) such that the same combination of their residuals F(x) - x is
    smallest. Where the objective falls there, the plain image is taken instead, at which it cannot fall, and the next
    extrapolations go less far beyond it; what was learnt there is kept.

    Parameters
    ----------
    step : callable
        From x (k,) to F(x) (k,) and the objective at x, which is -inf where F is not defined.
    start : ndarray, shape (k,)
        First point.
    tolerance : float
        Largest |F(x) - x| at the end, relative to the larger of 1 and |x|.
    most : int
        Number of steps after which to give up.

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    ConvergenceError
        There is no fixed point after ``most`` steps, or F is not defined at an image.

    References
    ----------
    .. [1] H. F. Walker and P. Ni (2011), Anderson acceleration for fixed-point iterations, SIAM Journal on Numerical
       Analysis 49.
    .. [2] R. Varadhan and C. Roland (2008), Simple and globally convergent methods for accelerating the convergence
       of any EM algorithm, Scandinavian Journal of Statistics 35.

    Examples
    --------
    >>> ascend(lambda x: (np.cos(x), -float((np.cos(x) - x) @ (np.cos(x) - x))), np.ones(1), 1e-12, 100).round(6)
    array([0.739085])
    """
    point, reach = start, 1.0
    image, value = step(point)
    images, residuals = [image], [image - point]
    best, waited = value, 0
    for _ in range(most):
        if np.abs(residuals[-1]).max() <= tolerance * max(1.0, np.abs(image).max()) or waited >= _PATIENCE:
            return image
        point = image + reach * (_extrapolated(images, residuals) - image)
        new_image, new_value = step(point)
        if new_value >= value - _SLACK * abs(value):
            reach = min(1.0, 2.0 * reach)
        else:
            if np.isfinite(new_value):
                images, residuals = [*images[-_MEMORY:], new_image], [*residuals[-_MEMORY:], new_image - point]
            reach, point = reach / 2.0, image
            new_image, new_value = step(point)
            if not np.isfinite(new_value):
                break
        image, value = new_image, new_value
        images, residuals = [*images[-_MEMORY:], image], [*residuals[-_MEMORY:], image - point]
        waited = 0 if value > best + _SLACK * abs(best) else waited + 1
        best = max(best, value)
    raise ConvergenceError(
        f"EM found no maximum of the likelihood in {most} steps: the gaps leave the parameters nearly open; choose a "
        "lower order or a longer series"
    )


def _extrapolated(images: list[np.ndarray], residuals: list[np.ndarray]) -> np.ndarray:
    """Combine the images, with weights that add up to one, so that the residual is smallest."""
    if len(images) == 1:
        return images[0]
    moves = np.diff(np.stack(residuals, axis=1), axis=1)
    size = np.linalg.norm(moves, axis=0)
    size[size == 0] = 1.0
    weights = np.linalg.lstsq(moves / size, residuals[-1], rcond=1e-8)[0] / size
    return images[-1] - np.diff(np.stack(images, axis=1), axis=1) @ weights
