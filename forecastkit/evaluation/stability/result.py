"""What `stability` answers: numbers, frames, words and a chart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import InvalidParameterError, nearest
from .measures import StabilityMeasures
from .words import doubling_time, forgotten_after, headline, sentences, verdict

if TYPE_CHECKING:
    import plotly.graph_objects as go

OVERALL = "overall"
_BY_SERIES = ("spectral_radius", "median_radius", "lyapunov", "lyapunov_error")


@dataclass(frozen=True, eq=False)
class StabilityResult:
    """Whether the errors of a recursive forecaster fade or grow, of all its series as one unless `of` chooses one.

    Attributes
    ----------
    measures : StabilityMeasures
        Numbers by series.
    ids : pandas.Index
        Names of the series.
    n_steps : int
        Steps of a simulated path.
    exact : bool
        Whether the recursion is linear: norms, radii and exponents are then exact, the same at every state.
    notes : tuple of str
        What was studied where that is not obvious.
    eigenvalues : ndarray of complex
        Of the Jacobian of the map at some of the states along the data; empty for a linear recursion.

    Notes
    -----
    Errors are in standard deviations of each series (of its logarithms under a transform).
    """

    measures: StabilityMeasures
    ids: pd.Index
    n_steps: int
    exact: bool
    notes: tuple[str, ...] = ()
    eigenvalues: np.ndarray | None = None

    @cached_property
    def _whole(self) -> StabilityMeasures:
        """All series as one."""
        return self.measures.overall()

    @property
    def spectral_radius(self) -> float:
        """Largest spectral radius of the Jacobian along the data, a step; of the companion matrix for AR."""
        return float(self._whole.spectral_radius[0])

    @property
    def lyapunov(self) -> float:
        """Largest Lyapunov exponent of the free run, in nats a step; of the series with the largest one."""
        return float(self._whole.lyapunov[0])

    @property
    def lyapunov_error(self) -> float:
        """Standard error of `lyapunov`, from runs that start at different places; 0 where it is exact."""
        return float(self._whole.lyapunov_error[0])

    @property
    def is_bounded(self) -> bool:
        """Whether simulated paths of every series stay near the data; for AR, whether it is stationary."""
        return bool(self._whole.bounded[0])

    @property
    def escaped(self) -> float:
        """Share of simulated paths that leave the surroundings of the data."""
        return float(self._whole.escaped[0])

    @property
    def verdict(self) -> str:
        """``"contracting"``, ``"neutral"`` or ``"expanding"``: what becomes of errors in the long run."""
        return verdict(self._whole)

    @property
    def forgotten_after(self) -> float:
        """Steps after which a tenth of an error is left; NaN unless contracting."""
        return forgotten_after(self._whole)

    @property
    def doubling_time(self) -> float:
        """Steps in which an error doubles in the long run; NaN unless expanding."""
        return doubling_time(self._whole)

    @property
    def lipschitz(self) -> pd.DataFrame:
        """How k steps of the recursion stretch differences, a row a ``step`` k.

        Columns ``lipschitz`` (L_k, the largest norm of D Fᵏ over the states looked at), ``typical`` (its geometric
        mean over the states), ``gain`` and ``typical_gain`` (largest and root mean square change of the forecast of
        that step alone, by a change of length one of the p values before). L_k is 1 or more as long as values of the
        origin are among the last p.
        """
        w = self._whole
        columns = {
            "lipschitz": w.lipschitz[0],
            "typical": w.typical_lipschitz[0],
            "gain": w.gain[0],
            "typical_gain": w.typical_gain[0],
        }
        return self._by_step(columns)

    @property
    def error_growth(self) -> pd.DataFrame:
        """Errors by lead time in standard deviations, a row a ``step``.

        Columns ``rmse`` (measured), ``expected`` (if one-step errors did not depend on each other), ``state_rmse``
        (measured, of the last p values together), ``bound`` (Σ_j L_j ρ_{k-j}, of `state_rmse` and so of ``rmse``) and
        its parts ``new`` (the error of the last block, ρ_k) and ``fed_back`` (what earlier ones have become).
        """
        w = self._whole
        columns = {
            "rmse": w.rmse[0],
            "expected": w.expected[0],
            "state_rmse": w.state_rmse[0],
            "bound": w.bound[0],
            "new": w.one_step[0],
            "fed_back": w.bound[0] - w.one_step[0],
        }
        return self._by_step(columns)

    @property
    def by_series(self) -> pd.DataFrame:
        """Numbers of every series, a row each, and of all as one in the last row, ``"overall"``, where several are.

        Columns ``verdict``, ``spectral_radius``, ``median_radius``, ``lyapunov``, ``lyapunov_error``,
        ``forgotten_after``, ``doubling_time``, ``is_bounded``, ``escaped``, ``rmse`` and ``bound`` (at the last
        step).
        """
        parts = [(self.measures, i) for i in range(self.measures.n_series)]
        names = self.ids.tolist()
        if len(parts) > 1:
            parts.append((self._whole, 0))
            names.append(OVERALL)
        rows = [
            {"verdict": verdict(m, i)}
            | {name: getattr(m, name)[i] for name in _BY_SERIES}
            | {"forgotten_after": forgotten_after(m, i), "doubling_time": doubling_time(m, i)}
            | {"is_bounded": bool(m.bounded[i]), "escaped": m.escaped[i]}
            | {"rmse": m.rmse[i, -1], "bound": m.bound[i, -1]}
            for m, i in parts
        ]
        return pd.DataFrame(rows, index=pd.Index(names, name="unique_id", dtype=object if len(rows) > 1 else None))

    def of(self, unique_id: Any) -> StabilityResult:
        """Choose one series.

        Parameters
        ----------
        unique_id : object
            Its name.

        Returns
        -------
        StabilityResult

        Raises
        ------
        InvalidParameterError
            There is no such series.
        """
        if unique_id not in self.ids:
            raise InvalidParameterError(f"there is no series {unique_id!r}; {nearest(unique_id, self.ids)}")
        i = int(self.ids.get_indexer(pd.Index([unique_id]))[0])
        return StabilityResult(self.measures.select(i), self.ids[i : i + 1], self.n_steps, self.exact, self.notes)

    @property
    def sentences(self) -> list[str]:
        """What was found, a sentence each, the headline first and `notes` last."""
        said = sentences(self._whole, self.n_steps, self.exact)
        if self.measures.n_series > 1:
            kinds = [verdict(self.measures, i) for i in range(self.measures.n_series)]
            counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
            said.insert(1, f"That is the largest exponent of {len(kinds)} series: {counts}.")
        return [*said, *self.notes]

    def summary(self) -> str:
        """Say what was found in words, a line a sentence.

        Returns
        -------
        str
        """
        return "\n".join(self.sentences)

    def __repr__(self) -> str:
        """Give the headline."""
        return f"StabilityResult({headline(self._whole)!r})"

    def plot(self, **options: Any) -> go.Figure:
        """Draw measured and expected errors by lead time with their bound, on a logarithmic axis.

        Parameters
        ----------
        **options
            ``title`` and ``theme``, as of `forecastkit.plots.error_growth_figure`.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from ...plots.stability import error_growth_figure

        return error_growth_figure(self.error_growth, **options)

    def _by_step(self, columns: dict[str, np.ndarray]) -> pd.DataFrame:
        """Frame of numbers by step."""
        steps = pd.RangeIndex(1, self.measures.rmse.shape[1] + 1, name="step")
        return pd.DataFrame(columns, index=steps)
