"""Joint laws of the next steps as chains of conditional laws: draws and densities of paths."""

from .density import PathDensityMixin, path_law_of
from .law import JointGaussian, PathLaw
from .steps import GaussianSteps, StepLaws, strata

__all__ = ["GaussianSteps", "JointGaussian", "PathDensityMixin", "PathLaw", "StepLaws", "path_law_of", "strata"]
