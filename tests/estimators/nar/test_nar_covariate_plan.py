import json

import numpy as np
import pytest
from fitted_networks import conditional, covariates, driven, fitted_conditional

from forecastkit.errors import InvalidFrameError
from forecastkit.estimators.nar.covariate_plan import ColumnGroup, CovariatePlan, column_group

SETTINGS = {"past_covariates": ("heat",), "categorical": ("zone",), "calendar": ("weekday", "day_of_year")}


def test_numbers_are_standardised_over_the_training_rows():
    plan = fitted_conditional()._fitted.plan
    rows = covariates(100)[["heat", "open", "zone"]].astype(float)
    assert plan.known.numeric == ("heat", "open", "zone")
    np.testing.assert_allclose(plan.known.center, rows.mean())
    np.testing.assert_allclose(plan.known.scale, rows.std(ddof=0))
    assert plan.known.labels == {"sky": ("dry", "fog", "wet")}


def test_columns_are_grouped_by_what_they_are_to_the_network():
    model = fitted_conditional(**SETTINGS)
    plan, spec = model._fitted.plan, model.network_.specification
    assert plan.past.names == ("heat",)
    assert plan.known.names == ("open", "sky", "zone")
    assert plan.known.labels == {"sky": ("dry", "fog", "wet"), "zone": (3.0, 5.0, 10.0)}
    assert (spec.known.n_numeric, spec.known.cardinalities) == (1 + 6, (3, 3, 7))  # three waves of the year; weekdays
    assert (spec.past.n_numeric, spec.past.cardinalities) == (1, ())


def test_a_constant_column_has_the_unit_one():
    model = conditional(max_steps=1).fit(driven(60), covariates(60).assign(heat=7.0))
    assert model._fitted.plan.known.scale[0] == 1.0
    assert np.isfinite(model.predict(3, X=covariates(63).iloc[60:].assign(heat=7.0))).all()


def test_encoding_scales_numbers_and_codes_categories():
    values = np.array([[1.0, 0.0, 3.0], [3.0, 1.0, 9.0], [5.0, 0.0, 3.0]])
    group = column_group(["size", "sky", "zone"], values, {"sky": ("dry", "wet")}, ["zone"])
    assert group.names == ("size", "sky", "zone")
    assert group.cardinalities == (2, 2)
    encoded = group.encoded(np.array([[3.0, 0.0, 9.0], [5.0, 1.0, 3.0]]), {"sky": ("wet", "dry")})
    np.testing.assert_allclose(encoded, [[0.0, 1.0, 1.0], [np.sqrt(1.5), 0.0, 0.0]])
    with pytest.raises(InvalidFrameError, match=r"'zone' has 2 values that the fit did not have: 4\.0, 5\.0"):
        group.encoded(np.array([[1.0, 0.0, 4.0], [1.0, 0.0, 5.0]]), {"sky": ("dry",)})
    assert group.encoded(np.empty((0, 3)), {}).shape == (0, 3)


def test_numbers_where_there_was_text_are_unknown_categories():
    group = column_group(["sky"], np.array([[0.0], [1.0]]), {"sky": ("dry", "wet")}, [])
    with pytest.raises(InvalidFrameError, match="'sky' has 1 value that the fit did not have"):
        group.encoded(np.array([[0.0]]), {})


@pytest.mark.parametrize("name", ["text", 3, ("price", "of oil"), 2.5])
def test_a_plan_survives_json_whatever_its_columns_are_called(name):
    labels = {name: ("a", "b"), "codes": (1.0, 2.5)}
    plan = CovariatePlan(
        known=ColumnGroup((name,), (0.1,), (2.0,), {}), past=ColumnGroup((), (), (), labels), calendar=("hour",)
    )
    again = CovariatePlan.from_json(json.loads(json.dumps(plan.to_json())))
    assert again.columns == plan.columns
    assert again.past.labels == labels
    assert (again.known.center, again.known.scale) == ((0.1,), (2.0,))


def test_an_empty_plan_reads_nothing():
    plan = CovariatePlan()
    assert plan.known.names == plan.columns[0][0] == ()
    assert CovariatePlan.from_json(plan.to_json()).columns == plan.columns
