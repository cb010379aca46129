"""What a numpydoc docstring says about each parameter, so that the configuration need not say it again."""

from __future__ import annotations

import inspect
import re

_HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_ENTRY = re.compile(r"^(\w+(?:, \w+)*)(?: ?:.*)?\n((?:(?: +.*)?(?:\n|$))*)", re.MULTILINE)


def summary(source: object) -> str:
    """First sentence of a docstring.

    Examples
    --------
    >>> summary(summary)
    'First sentence of a docstring.'
    """
    return " ".join((inspect.getdoc(source) or "").split("\n\n")[0].split())


def parameter_texts(source: object) -> dict[str, str]:
    """Text of every entry in the Parameters section of a docstring.

    Parameters
    ----------
    source : object
        A class or function with a numpydoc docstring.

    Returns
    -------
    dict of str to str
        One line of text by parameter name; empty when there is no such section.

    Examples
    --------
    >>> parameter_texts(parameter_texts)
    {'source': 'A class or function with a numpydoc docstring.'}
    """
    text = inspect.getdoc(source) or ""
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=False):
        if heading.group(1) == "Parameters":
            entries = _ENTRY.finditer(text[heading.end() + 1 : end])
            return {name: " ".join(entry.group(2).split()) for entry in entries for name in entry.group(1).split(", ")}
    return {}
