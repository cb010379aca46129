"""Autoregressive graph networks: the law of every value of a sensor network, and gaps filled from it.

:class:`CorrectionNetwork` sees both sides of a gap and the neighbours at its time, and corrects a linear law;
:class:`CausalNetwork` sees earlier rows alone. :class:`GraphImputation` and :class:`CausalImputation` are what training
makes of them.
"""

from .causal_imputation import CausalImputation
from .causal_network import CausalNetwork, CausalState
from .causal_objective import CausalObjective
from .combined_base import CombinedBase, as_base
from .correction_network import CorrectionNetwork
from .gate import Gate
from .graph_imputation import GraphImputation
from .linear_base import GaussianBase, LinearBase, PriorBase
from .masking import Masking
from .node_law import NodeLaw
from .objective import CorrectionObjective

__all__ = [
    "CausalImputation",
    "CausalNetwork",
    "CausalObjective",
    "CausalState",
    "CombinedBase",
    "CorrectionNetwork",
    "CorrectionObjective",
    "Gate",
    "GaussianBase",
    "GraphImputation",
    "LinearBase",
    "Masking",
    "NodeLaw",
    "PriorBase",
    "as_base",
]
