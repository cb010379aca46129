"""Words for error messages: counts, and the first few of many values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def count_of(count: int, noun: str) -> str:
    """Return a count with its noun.

    Parameters
    ----------
    count : int
    noun : str
        In the singular; its plural ends in s.

    Returns
    -------
    str

    Examples
    --------
    >>> count_of(1, "stamp"), count_of(3, "stamp")
    ('1 stamp', '3 stamps')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def word(value: object) -> str:
    """Return a value as it should read in a message: text in quotes, a date without a midnight.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> word("a"), word(pd.Timestamp("2024-01-31")), word(3)
    ("'a'", '2024-01-31', '3')
    """
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, np.generic):
        return str(value.item())
    if isinstance(value, pd.Timestamp) and value.tz is None:
        return str(value).removesuffix(" 00:00:00")
    return str(value)


def listed(texts: Sequence[str], count: int) -> str:
    """Return the first few texts, with a mark when there are more.

    Parameters
    ----------
    texts : sequence of str
        The first few.
    count : int
        How many there are in all.

    Returns
    -------
    str
    """
    return ", ".join(texts) + (", ..." if count > len(texts) else "")


def shown(values: Sequence[object] | pd.Index, limit: int = 3) -> str:
    """Return the first few values, with a mark when there are more.

    Parameters
    ----------
    values : sequence
    limit : int, default=3
        How many to show.

    Returns
    -------
    str

    Examples
    --------
    >>> shown(["a", "b", "c"], limit=2)
    "'a', 'b', ..."
    """
    return listed([word(value) for value in values[:limit]], len(values))
