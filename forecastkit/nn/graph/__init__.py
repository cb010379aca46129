"""Graphs of nodes: averages over neighbours for a whole batch in one product, static or refined in training."""

from .convolution import GraphConvolution
from .diffusion import Diffusion, choose_product, propagate
from .refinement import RefinedTransition
from .transition import transition

__all__ = ["Diffusion", "GraphConvolution", "RefinedTransition", "choose_product", "propagate", "transition"]
