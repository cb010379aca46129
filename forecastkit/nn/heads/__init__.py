"""Heads turn features into the law of the next steps: Gaussian, Student's t, or a mixture of Gaussians."""

from .choice import HEADS, make_head
from .emission import Emission
from .gaussian import GaussianEmission, GaussianHead, HeteroscedasticHead
from .head import Head
from .log_scale import SCALE_RANGE
from .mixture import MixtureEmission, MixtureHead
from .standard_normal import NORMAL_BOUND
from .student_t import StudentTEmission, StudentTHead

__all__ = [
    "HEADS",
    "NORMAL_BOUND",
    "SCALE_RANGE",
    "Emission",
    "GaussianEmission",
    "GaussianHead",
    "Head",
    "HeteroscedasticHead",
    "MixtureEmission",
    "MixtureHead",
    "StudentTEmission",
    "StudentTHead",
    "make_head",
]
