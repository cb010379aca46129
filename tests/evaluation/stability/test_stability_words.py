import dataclasses

import numpy as np
import pytest

from forecastkit.evaluation.stability.measures import StabilityMeasures
from forecastkit.evaluation.stability.words import doubling_time, forgotten_after, headline, sentences, verdict


def measures(**changes):
    """Numbers of one series whose errors halve with every step."""
    halves = 0.5 ** np.arange(1, 9)
    row = dict.fromkeys((f.name for f in dataclasses.fields(StabilityMeasures)), 0.0)
    row |= dict.fromkeys(("lipschitz", "typical_lipschitz", "gain", "typical_gain"), halves)
    row |= dict.fromkeys(("rmse", "state_rmse", "expected", "one_step", "bound"), np.ones(8))
    row |= {"spectral_radius": 0.5, "median_radius": 0.5, "lyapunov": np.log(0.5), "tolerance": 1e-3}
    row |= {"escape_step": np.nan, "bounded": True, "unit_roots": 0}
    return StabilityMeasures.stacked([row | changes])


@pytest.mark.parametrize(
    ("exponent", "tolerance", "kind"),
    [(-0.1, 0.05, "contracting"), (-0.1, 0.2, "neutral"), (0.0, 0.0, "neutral"), (0.1, 0.05, "expanding")],
)
def test_the_exponent_has_to_be_told_from_zero(exponent, tolerance, kind):
    assert verdict(measures(lyapunov=exponent, tolerance=tolerance)) == kind


def test_errors_that_halve_are_forgotten_in_four_steps():
    found = measures()
    assert forgotten_after(found) == 4  # a sixteenth is left
    assert headline(found) == "contracting: errors are forgotten within about 4 steps"


def test_what_is_not_forgotten_within_the_horizon_falls_by_the_exponent():
    gain = 0.99 ** np.arange(1, 9)
    found = measures(typical_gain=gain, lyapunov=np.log(0.99))
    assert forgotten_after(found) == np.ceil(np.log(0.1) / np.log(0.99))
    assert "about 230 steps" in headline(found)


def test_what_comes_back_is_not_forgotten_yet():
    gain = np.array([0.05, 0.05, 0.3, 0.05, 0.01, 0.01, 0.01, 0.01])
    assert forgotten_after(measures(typical_gain=gain)) == 4


def test_nothing_fed_back_is_forgotten_at_once():
    found = measures(typical_gain=np.zeros(8), lyapunov=-np.inf)
    assert headline(found) == "contracting: errors are forgotten within about 1 step"


def test_doubling():
    found = measures(lyapunov=np.log(2) / 3.1)
    assert doubling_time(found) == pytest.approx(3.1)
    assert headline(found) == "expanding: errors double every 3.1 steps"
    assert np.isnan(forgotten_after(found))
    assert headline(measures(lyapunov=np.log(2) / 5300)) == "neutral: errors neither fade nor grow"


def test_unit_roots_are_said():
    neutral = {"lyapunov": 0.0}
    assert headline(measures(**neutral, unit_roots=1)).endswith("by a unit root")
    assert "2 unit roots" in headline(measures(**neutral, unit_roots=2))


def test_what_simulations_do_is_said():
    assert "stay bounded over 10,000 steps" in " ".join(sentences(measures(), 10_000, False))
    out = measures(escaped=0.25, escape_step=17.0, bounded=False)
    assert "25 % of simulated paths leave" in " ".join(sentences(out, 500, False))
    assert "the first after 17 steps" in " ".join(sentences(out, 500, False))
    assert "No bound in the long run" in " ".join(sentences(measures(bounded=False), 500, True))


def test_passing_growth_is_said():
    gain = np.array([1.0, 3.0, 2.0, 0.5, 0.2, 0.1, 0.05, 0.01])
    assert "typically 3 times as large in the forecast of 2 steps" in " ".join(
        sentences(measures(typical_gain=gain), 10, False)
    )


def test_great_passing_growth_is_in_the_headline():
    gain = np.array([1.0, 400.0, 20.0, 0.5, 0.2, 0.05, 0.02, 0.01])
    found = headline(measures(typical_gain=gain))
    assert found == "contracting: errors are forgotten within about 6 steps, after growing to some 400 times their size"


def test_series_without_numbers_do_not_count():
    nothing = dict.fromkeys(("lipschitz", "typical_lipschitz", "gain", "typical_gain"), np.full(8, np.nan))
    nothing |= dict.fromkeys(("rmse", "bound"), np.full(8, np.nan)) | {"lyapunov": np.nan, "escaped": np.nan}
    one, none = measures(), measures(**nothing)
    both = StabilityMeasures(
        **{
            f.name: np.concatenate([getattr(one, f.name), getattr(none, f.name)])
            for f in dataclasses.fields(StabilityMeasures)
        }
    ).overall()
    assert both.lyapunov[0] == one.lyapunov[0]
    np.testing.assert_array_equal(both.lipschitz, one.lipschitz)
    np.testing.assert_array_equal(both.rmse, one.rmse)
    assert headline(none).startswith("unknown")
    assert len(sentences(none, 10, False)) == 1
