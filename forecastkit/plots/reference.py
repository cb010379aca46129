"""The reference: the naive forecast that the other models are measured against."""

from __future__ import annotations

from collections.abc import Iterable


def reference_model(models: Iterable[str], baselines: Iterable[str] = ()) -> str | None:
    """Return the seasonal naive among the baselines, else among the models; None where there is none.

    Examples
    --------
    >>> reference_model(["ar", "seasonal_naive"], baselines=["seasonal_naive"])
    'seasonal_naive'
    """
    candidates = [*baselines, *models]
    for part in ("seasonal", "naive"):
        for name in candidates:
            if part in name.lower() and "naive" in name.lower().replace("ï", "i"):
                return name
    return None


def reference_words(reference: str) -> str:
    """Return what the page calls the reference.

    Examples
    --------
    >>> reference_words("seasonal_naive"), reference_words("naive")
    ('the seasonal naive', 'the naive forecast')
    """
    return "the seasonal naive" if "seasonal" in reference.lower() else "the naive forecast"
