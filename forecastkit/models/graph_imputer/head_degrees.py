"""Degrees of freedom of the laws that a head emits."""

from __future__ import annotations

import torch

from ...nn.heads import Head, StudentTEmission


def head_degrees(head: Head) -> float:
    """Degrees of freedom ν of a head's Student's t, the same for all features; infinite for a Gaussian head.

    Parameters
    ----------
    head : Head

    Returns
    -------
    float
    """
    with torch.no_grad():
        law = head(torch.zeros(1, head.n_features, dtype=head.output.weight.dtype))
    return float(law.degrees) if isinstance(law, StudentTEmission) else float("inf")
