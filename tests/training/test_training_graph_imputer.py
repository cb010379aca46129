"""Training of both graph networks: better than where they start, reproducible, resumable, saved and loaded."""

import numpy as np
import pytest

from forecastkit.gaussian.space_time import fit_space_time
from forecastkit.models.graph_imputer import CausalImputation, CausalState, GraphImputation, PriorBase
from forecastkit.training import TrainingOptions, fit_graph_imputer

N, T = 5, 400
RING = np.roll(np.eye(N), 1, axis=1)
TIMES = np.arange(T)


@pytest.fixture(scope="module")
def values():
    """A noisy nonlinear network with a third of its values missing."""
    rng = np.random.default_rng(0)
    z = np.zeros((T, N))
    for t in range(1, T):
        z[t] = 2.0 * np.tanh(1.2 * z[t - 1] + 0.8 * np.roll(z[t - 1], 1)) * 0.6 + 0.3 * rng.standard_normal(N)
    z[rng.random(z.shape) < 0.3] = np.nan
    return 10.0 + z


@pytest.fixture(scope="module")
def base(values):
    return fit_space_time(values, TIMES, context_length=5, pairs=None, power=1.0, shrinkage=0.01)


def _fit(values, base, direction="both", seed=0, steps=10, **changed):
    options = TrainingOptions(
        **{"max_steps": steps, "batch_size": 8, "learning_rate": 2e-3, "accelerator": "cpu"}
        | changed.pop("options", {})
    )
    return fit_graph_imputer(
        values,
        TIMES,
        RING,
        base,
        options=options,
        direction=direction,
        hidden_size=8,
        n_layers=1,
        n_realisations=2,
        seed=seed,
        **changed,
    )


@pytest.fixture(scope="module")
def fitted(values, base):
    """One imputation of each direction."""
    return {direction: _fit(values, base, direction) for direction in ("both", "forward")}


@pytest.mark.parametrize("direction", ["both", "forward"])
def test_same_seed_same_weights(values, base, fitted, direction):
    first, again = fitted[direction].arrays(), _fit(values, base, direction).arrays()
    assert all((first[name] == again[name]).all() for name in first)


@pytest.mark.parametrize("direction", ["both", "forward"])
def test_observed_values_come_back_bit_for_bit(values, fitted, direction):
    imputation = fitted[direction]
    observed = ~np.isnan(values)
    filled = imputation.fill(values, TIMES)
    assert np.isfinite(filled).all()
    assert (filled[observed] == values[observed]).all()
    paths = imputation.sample(values, TIMES, 3, np.random.default_rng(0))
    assert (paths[:, observed] == values[observed]).all()
    assert np.isfinite(paths).all()
    assert (paths[0] != paths[1])[~observed].all()


@pytest.mark.parametrize("direction", ["both", "forward"])
def test_quantiles_are_ordered_around_what_is_filled(values, fitted, direction):
    imputation = fitted[direction]
    law = imputation.law(values, TIMES)
    low, middle, high = (imputation.quantile(law, TIMES, p) for p in (0.1, 0.5, 0.9))
    missing = np.isnan(values)
    assert (low < middle).all()
    assert (middle < high).all()
    np.testing.assert_allclose(middle[missing], imputation.fill(values, TIMES)[missing], rtol=1e-6)


@pytest.mark.parametrize("direction", ["both", "forward"])
@pytest.mark.parametrize("prior", [False, True])
def test_arrays_rebuild_the_imputation(values, base, fitted, direction, prior):
    used = PriorBase(base.marginal) if prior else base
    imputation = _fit(values, used, direction, steps=2) if prior else fitted[direction]
    if direction == "both":
        again = GraphImputation.from_arrays(imputation.settings(), imputation.arrays(), RING, used)
    else:
        again = CausalImputation.from_arrays(imputation.settings(), imputation.arrays(), RING, base.marginal)
    assert (again.fill(values, TIMES) == imputation.fill(values, TIMES)).all()
    assert again.chosen == imputation.chosen


def test_warm_start_goes_on_from_the_weights(values, base, fitted):
    first = fitted["forward"]
    again = _fit(values, base, "forward", steps=1, start=first.arrays(), options={"learning_rate": 1e-9})
    for name, array in first.arrays().items():
        if name.startswith("network."):
            np.testing.assert_allclose(again.arrays()[name], array, atol=1e-6)


def test_covariates_of_time_are_read(values, base):
    known = np.stack([np.sin(TIMES / 5), np.cos(TIMES / 5)], axis=1)
    for direction in ("both", "forward"):
        imputation = _fit(values, base, direction, known=known, steps=2)
        assert np.isfinite(imputation.fill(values, TIMES, known)).all()


def test_forward_law_knows_the_past_only(values, fitted):
    imputation = fitted["forward"]
    later = values.copy()
    later[200:] = 12.0
    first, second = imputation.law(values, TIMES), imputation.law(later, TIMES)
    assert (first.location[:201] == second.location[:201]).all()
    assert (first.location[201:] != second.location[201:]).any()


def test_update_in_pieces_is_the_walk(values, fitted):
    imputation = fitted["forward"]
    whole = imputation.fill(values, TIMES)
    state, rows = imputation.start(), []
    for part in (slice(0, 1), slice(1, 150), slice(150, T)):
        filled, state = imputation.update(state, values[part], TIMES[part])
        state = CausalState.from_arrays(state.arrays())
        rows.append(filled)
    assert (np.concatenate(rows) == whole).all()


def test_likelihood_is_that_of_the_laws(values, base, fitted):
    imputation = fitted["forward"]
    law = imputation.law(values, TIMES)
    z = base.marginal.forward(values, TIMES)
    expected = np.nansum(law.log_prob(z) + base.marginal.log_slope(values), axis=0)
    np.testing.assert_allclose(imputation.log_likelihood(values, TIMES), expected)


def test_training_lowers_the_loss_of_the_causal_network(values, base):
    start, end = (_fit(values, base, "forward", steps=n).validation["network"] for n in (1, 60))
    assert end < start


@pytest.mark.parametrize("direction", ["both", "forward"])
def test_rows_and_sensors_without_any_value(values, base, direction):
    holes = values.copy()
    holes[100:160] = np.nan
    holes[:, 2] = np.nan
    imputation = _fit(
        holes, fit_space_time(holes, TIMES, context_length=5, power=1.0, shrinkage=0.01), direction, steps=2
    )
    assert np.isfinite(imputation.fill(holes, TIMES)).all()


def test_blocks_are_the_law_at_once(values, fitted, monkeypatch):
    imputation = fitted["both"]
    whole = imputation.law(values, TIMES)
    monkeypatch.setattr("forecastkit.models.graph_imputer.node_estimate._BASE_CELLS", 1)
    parts = list(imputation.blocks(values, TIMES))
    assert len(parts) > 1
    missing = np.isnan(values)
    location = np.concatenate([law.location for _, law in parts])
    np.testing.assert_allclose(location[missing], whole.location[missing], atol=1e-3)
