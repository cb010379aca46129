import numpy as np
import pandas as pd
import pytest
from fitted_networks import assert_equal_weights, conditional, covariates, driven
from layouts import assert_same, long_frame, multiindex

from forecastkit import as_panel, load
from forecastkit.errors import InvalidFrameError
from forecastkit.estimators.nar.static_covariates import column_rows, frame_rows
from forecastkit.frames import as_covariates

N = 80
KINDS = pd.DataFrame({"size": [1.0, 4.0, 9.0], "kind": ["hot", "cold", "hot"]}, index=["c", "a", "b"])


def panel():
    """Three series whose level the static covariates tell."""
    return pd.DataFrame({"a": driven(N), "b": driven(N) + 30, "c": driven(N) - 10})


def rows_with_static(n=N, kinds=KINDS):
    """Covariates as long rows, the static ones repeated in all rows of a series."""
    X = covariates(n)[["heat"]].rename_axis("ds").reset_index()
    parts = [X.assign(unique_id=name, **kinds.loc[name].to_dict()) for name in ("a", "b", "c")]
    return pd.concat(parts, ignore_index=True)


def test_a_frame_gives_every_series_its_row():
    model = conditional(static_covariates=KINDS).fit(panel())
    spec = model.network_.specification
    assert (spec.static.n_numeric, spec.static.cardinalities) == (1, (2,))
    assert model._fitted.plan.static.labels == {"kind": ("cold", "hot")}
    forecast = model.predict(3)
    assert np.isfinite(forecast).all(axis=None)
    turned = conditional(static_covariates=KINDS.iloc[::-1]).fit(panel())
    assert_equal_weights(turned, model)


def test_columns_of_covariates_and_a_frame_say_the_same():
    rows = rows_with_static()
    by_columns = conditional(static_covariates=("size", "kind")).fit(long_frame(panel()), rows)
    by_frame = conditional(static_covariates=KINDS).fit(long_frame(panel()), rows[["unique_id", "ds", "heat"]])
    assert_equal_weights(by_columns, by_frame)
    later = rows_with_static(N + 3).query("ds > '2024-03-20'")
    expected = by_frame.predict(3, X=later[["unique_id", "ds", "heat"]])
    assert_same(by_columns.predict(3, X=later), expected, rtol=1e-12)
    assert_same(by_columns.predict(3, X=later.drop(columns=["size", "kind"])), expected, rtol=1e-12)  # not needed


def test_static_covariates_change_the_forecast():
    y = panel()
    model = conditional(static_covariates=KINDS, max_steps=30, scaler=None, learning_rate=1e-2).fit(y)
    before = model.predict(2)
    after = model.set_params(static_covariates=KINDS.assign(size=[9.0, 4.0, 9.0])).predict(2)
    assert (after["c"] != before["c"]).all()
    np.testing.assert_array_equal(after[["a", "b"]], before[["a", "b"]])


def test_new_series_need_a_row_of_their_own():
    y = panel()
    model = conditional(static_covariates=KINDS, max_steps=2).fit(y)
    new = y.rename(columns={"c": "d"})
    with pytest.raises(InvalidFrameError, match=r"has no row for 1 of the series of y, 'd' first"):
        model.predict(2, y=new)
    model.set_params(static_covariates=pd.concat([KINDS, KINDS.iloc[:1].set_axis(["d"])]))
    np.testing.assert_allclose(model.predict(2, y=new)[["a", "b"]], model.predict(2)[["a", "b"]], rtol=1e-12)
    assert np.isfinite(model.predict(2, y=new)["d"]).all()
    with pytest.raises(InvalidFrameError, match="'kind' has 1 value that the fit did not have: 'mild'"):
        model.set_params(static_covariates=KINDS.assign(kind="mild")).predict(2)


def test_a_frame_is_saved_with_the_model(tmp_path):
    model = conditional(static_covariates=KINDS.astype({"kind": "category"}), max_steps=2).fit(panel())
    model.save(tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    assert_same(loaded.predict_interval(4), model.predict_interval(4), rtol=0)
    assert_same(loaded.sample(3, 2, random_state=0), model.sample(3, 2, random_state=0), rtol=0)
    pd.testing.assert_frame_equal(loaded.static_covariates, KINDS, check_dtype=False)
    assert loaded.past_covariates == ()


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (KINDS.drop(index="b"), r"has no row for 1 of the series of y, 'b' first"),
        (pd.concat([KINDS, KINDS.iloc[:1]]), "has two rows for 'c': keep one each"),
        (KINDS.assign(size=[1.0, np.nan, 2.0]), "'size' is missing for series 'a': fill it"),
        (KINDS.assign(kind=["hot", None, "hot"]), "'kind' is missing for series 'a': fill it"),
        (KINDS.assign(size=[1.0, np.inf, 2.0]), "'size' is infinite"),
    ],
    ids=["no row", "two rows", "missing", "missing text", "infinite"],
)
def test_frames_that_do_not_say_enough_are_refused(frame, message):
    with pytest.raises(InvalidFrameError, match=message):
        conditional(static_covariates=frame).fit(panel())


def test_a_column_that_changes_within_a_series_is_not_static():
    rows = rows_with_static()
    rows.loc[rows.index[5], "size"] = 2.0
    with pytest.raises(InvalidFrameError, match="the column 'size' of X changes within series 'a': leave it out"):
        conditional(static_covariates=("size",)).fit(long_frame(panel()), rows)
    with pytest.raises(InvalidFrameError, match=r"are columns of X: call it with X|X has no column 'size'"):
        conditional(static_covariates=("size",)).fit(long_frame(panel()))


def test_values_are_in_the_order_of_the_panel_and_text_in_places_among_labels():
    values, categories = frame_rows(KINDS, as_panel(panel()))
    np.testing.assert_array_equal(values, [[4.0, 0.0], [9.0, 1.0], [1.0, 1.0]])
    assert categories == {"kind": ("cold", "hot")}
    assert frame_rows(KINDS[[]], as_panel(panel()))[0].shape == (3, 0)


def test_static_columns_of_ragged_series_are_read_from_their_own_rows():
    y = panel()
    y.iloc[:30, 0] = np.nan
    stacked = as_panel(multiindex(y).dropna())
    X = as_covariates(rows_with_static().set_index(["unique_id", "ds"]), stacked)
    values, categories = column_rows(("kind", "size"), X, stacked)
    np.testing.assert_array_equal(values, [[0.0, 4.0], [1.0, 9.0], [1.0, 1.0]])
    assert categories == {"kind": ("cold", "hot")}
