import json
import pickle

import numpy as np
import pandas as pd
import pytest
from layouts import assert_same, every_layout, long_frame, multiindex, ragged_long, wide_frame
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save_file

from forecastkit import ARForecaster, DriftForecaster, NaiveForecaster, load
from forecastkit.errors import DirectoryError, InvalidFileError, NotSupportedError
from forecastkit.estimators import persistence


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "model.safetensors"
    model = ARForecaster(order=2).fit(every_layout()["long, ragged, shuffled"])
    model.save(path)
    return model, path


class Bomb:
    """Unpickling it leaves a file behind."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def test_a_truncated_file_is_refused_wherever_it_ends(saved):
    _, path = saved
    content = path.read_bytes()
    for length in [0, 1, 7, 8, 9, 100, *range(200, len(content), 397), len(content) - 1]:
        path.write_bytes(content[:length])
        with pytest.raises(InvalidFileError, match=r"model\.safetensors"):
            load(path)


def test_an_altered_file_is_refused_or_changes_nothing(saved):
    model, path = saved
    content = path.read_bytes()
    expected = model.predict(2)
    header = 8 + int.from_bytes(content[:8], "little")
    refused = 0
    places = [*range(0, header, 11), *range(header, len(content), 53)]
    for place in places:
        altered = bytearray(content)
        altered[place] ^= 1
        path.write_bytes(altered)
        try:
            loaded = load(path)
        except InvalidFileError:
            refused += 1
        else:  # white space between the parts of the header
            assert_same(loaded.predict(2), expected)
            assert_same(loaded.fitted_values(), model.fitted_values())
    assert refused > 0.95 * len(places)


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"format": "pt"},
        {"forecastkit": "not json"},
        {"forecastkit": "[]"},
        {"forecastkit": "3"},
        {"forecastkit": "{}"},
        {"forecastkit": json.dumps({"format": "forecastkit-forecaster-1"})},
        {"forecastkit": json.dumps({"format": "forecastkit-forecaster-1"}), "sha256": "00"},
    ],
    ids=str,
)
def test_a_safetensors_file_of_another_maker_is_refused(tmp_path, metadata):
    save_file({"weight": np.zeros(3)}, tmp_path / "other.safetensors", metadata)
    with pytest.raises(InvalidFileError, match=r"other\.safetensors"):
        load(tmp_path / "other.safetensors")


def test_a_pickle_or_text_is_refused_and_nothing_in_it_runs(tmp_path):
    trace = tmp_path / "trace"
    (tmp_path / "bomb.pkl").write_bytes(pickle.dumps(Bomb(trace)))
    (tmp_path / "text").write_text("y,1,2\n" * 20)
    for name in ("bomb.pkl", "text"):
        with pytest.raises(InvalidFileError):
            load(tmp_path / name)
    assert not trace.exists()


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path, name):
    with pytest.raises(FileNotFoundError, match="cannot read"):
        load(tmp_path / name)


def test_a_class_or_parameter_of_another_version_is_refused(saved, monkeypatch):
    _, path = saved
    content = path.read_bytes()
    for old, new in ((b"ARForecaster", b"AZForecaster"), (b'\\"max_order\\"', b'\\"max_orbit\\"')):
        assert content.count(old) == 1
        path.write_bytes(content.replace(old, new))
        monkeypatch.setattr("forecastkit.estimators.persistence._digest", lambda text, arrays: _stored(path))
        with pytest.raises(InvalidFileError, match="does not have"):
            load(path)


def _stored(path):
    """The checksum that the file claims."""
    content = path.read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return header["__metadata__"]["sha256"]


X = pd.DataFrame({"heat": np.sin(np.arange(60.0))}, index=pd.date_range("2024-01-01", periods=60))
MODELS = {
    "arx of differences": (ARForecaster(order="bic", max_order=3, differences=1), X),
    "logarithms with a trend": (ARForecaster(order=2, transform="log", trend="ct"), None),
    "direct": (ARForecaster(order=2, strategy="direct", horizon=3), None),
    "global": (ARForecaster(order=2, pooling="global"), None),
    "global direct": (ARForecaster(order=2, strategy="direct", horizon=3, pooling="global"), None),
    "average": (ARForecaster(order="aic", max_order=3, averaging=True), None),
}
CASES = {
    "ar, long, ragged": (ARForecaster(order=[1, 3], on_error="naive"), ragged_long(wide_frame())),
    "naive, wide, times with a zone": (
        NaiveForecaster(seasonal_period=3),
        wide_frame("hours over a change of the clocks").set_axis([3, 1, 2], axis=1),
    ),
    "drift, Series of quarters": (DriftForecaster(), wide_frame("quarters")["north"]),
    "drift, MultiIndex, integers": (DriftForecaster(), multiindex(wide_frame("integers"))["y"]),
    "naive, long, categories, labels that are times": (
        NaiveForecaster(),
        long_frame(wide_frame())
        .astype({"unique_id": "category"})
        .set_axis(pd.date_range("2020", periods=144, freq="h", tz="UTC"), axis=0),
    ),
}


def contents(path):
    """Header and arrays of a saved file, to be changed."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    return json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["forecastkit"]), dict(load_arrays(content))


def rewrite(path, header, arrays):
    """Write a file whose digest is valid, whatever it holds."""
    text = json.dumps(header)
    save_file(arrays, path, {"forecastkit": text, "sha256": persistence._digest(text, arrays)})


def key_paths(value, path=()):
    """Every key path of nested mappings."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield (*path, key)
        yield from key_paths(inner, (*path, key))


def changed(header, path, change):
    """Copy of a header in which the mapping that holds the last key of a path was changed."""
    header = json.loads(json.dumps(header))
    inner = header
    for key in path[:-1]:
        inner = inner[key]
    change(inner, path[-1])
    return header


def use(model):
    """Everything that reads the state."""
    model.predict_interval(2)
    model.sample(2, 2, random_state=0)
    model.fitted_values()
    model.log_likelihood()


@pytest.mark.parametrize(("model", "y"), CASES.values(), ids=CASES)
@pytest.mark.filterwarnings("ignore::forecastkit.errors.DataWarning")
def test_a_file_that_lacks_a_key_or_an_array_is_refused(tmp_path, model, y):
    path = tmp_path / "model.safetensors"
    model.fit(y).save(path)
    header, arrays = contents(path)
    rewrite(path, header, arrays)
    assert_same(load(path).predict(2), model.predict(2))
    for place in key_paths(header):
        if place[0] != "parameters" or len(place) == 1:
            rewrite(path, changed(header, place, lambda inner, key: inner.pop(key)), arrays)
            with pytest.raises(InvalidFileError, match=r"model\.safetensors"):
                load(path)
    for name in arrays:
        rewrite(path, header, {key: array for key, array in arrays.items() if key != name})
        with pytest.raises(InvalidFileError, match=r"model\.safetensors"):
            load(path)


WRONG = [None, 5, -1, 1.5, "xx", "", True, [], [1], {}, {"a": 1}, [[]], 10**30]


@pytest.mark.parametrize(("model", "y"), CASES.values(), ids=CASES)
@pytest.mark.filterwarnings("ignore::forecastkit.errors.DataWarning")
def test_a_wrong_value_is_refused_or_can_be_worked_with(tmp_path, model, y):
    path = tmp_path / "model.safetensors"
    model.fit(y).save(path)
    header, arrays = contents(path)
    refused = 0
    places = list(key_paths(header))
    for place in places:
        for value in WRONG:
            rewrite(path, changed(header, place, lambda inner, key, value=value: inner.update({key: value})), arrays)
            try:
                loaded = load(path)
            except InvalidFileError:
                refused += 1
            else:
                use(loaded)
    assert refused > 0.6 * len(places) * len(WRONG)


def assert_arrays_are_checked(path):
    """Every array of a file is refused when it is missing, or of another type or shape."""
    header, arrays = contents(path)
    for name, array in arrays.items():
        other = [array[:-1], array[:0], array[None], np.concatenate([array, array]), array.astype("S1").view(np.uint8)]
        finite = np.isfinite(array).all()
        if not name.endswith("n_parameters"):  # whole numbers, but for an average over orders
            other.append(array.astype(float if array.dtype.kind in "ib" else int) if finite else array[1:])
        for wrong in other:
            if wrong.shape == array.shape and wrong.dtype == array.dtype:
                continue
            rewrite(path, header, arrays | {name: np.ascontiguousarray(wrong)})
            with pytest.raises(InvalidFileError, match=r"model\.safetensors"):
                load(path)
        rewrite(path, header, {key: each for key, each in arrays.items() if key != name})
        with pytest.raises(InvalidFileError, match=r"model\.safetensors"):
            load(path)


@pytest.mark.parametrize(("model", "X"), MODELS.values(), ids=MODELS)
def test_the_arrays_of_every_kind_of_autoregression_are_checked(tmp_path, model, X):
    path = tmp_path / "model.safetensors"
    model.fit(wide_frame(), X=X).save(path)
    assert_same(load(path).predict_interval(3), model.predict_interval(3))
    assert_arrays_are_checked(path)


@pytest.mark.parametrize(("model", "y"), CASES.values(), ids=CASES)
@pytest.mark.filterwarnings("ignore::forecastkit.errors.DataWarning")
def test_an_array_of_another_type_or_shape_is_refused(tmp_path, model, y):
    path = tmp_path / "model.safetensors"
    model.fit(y).save(path)
    header, arrays = contents(path)
    assert_arrays_are_checked(path)
    for listed, reason in ((header["arrays"], "the arrays are"), (sorted([*arrays, "state.odd"]), "'odd' is missing")):
        rewrite(path, header | {"arrays": listed}, arrays | {"state.odd": np.zeros(3)})
        with pytest.raises(InvalidFileError, match=reason):
            load(path)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("parameters",), 5),
        (("parameters", "order"), "xx"),
        (("panel", "calendar", "freq"), "no frequency"),
        (("panel", "calendar", "freq"), "-1D"),
        (("panel", "layout", "kind"), "series"),
    ],
)
def test_what_a_forecaster_would_refuse_a_file_cannot_bring_in(saved, place, value):
    _, path = saved
    header, arrays = contents(path)
    rewrite(path, changed(header, place, lambda inner, key: inner.update({key: value})), arrays)
    with pytest.raises(InvalidFileError, match=r"model\.safetensors does not describe a fitted estimator"):
        load(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state.member-0.process.polynomial", np.empty((3, 0))),
        ("state.member-0.estimates.lags", np.array([0, 1])),
        ("state.member-0.estimates.lags", np.array([1, 10**9])),
        ("panel.lengths", np.array([48, 48, 48])),
        ("panel.values", np.full(48 + 37 + 41, np.nan)),
    ],
)
def test_arrays_that_contradict_each_other_are_refused(saved, name, value):
    _, path = saved
    header, arrays = contents(path)
    assert name in arrays
    rewrite(path, header, arrays | {name: value})
    with pytest.raises(InvalidFileError, match=r"model\.safetensors does not describe a fitted estimator"):
        load(path)


@pytest.mark.parametrize(
    "labels",
    [pd.RangeIndex(200_000) * 3, pd.date_range("2000", periods=200_000, freq="h")],
    ids=["integers", "times"],
)
def test_labels_that_are_no_text_take_no_room_in_the_header(tmp_path, labels):
    long = pd.DataFrame({"unique_id": np.repeat(np.arange(100_000), 2), "ds": np.tile([1, 2], 100_000), "y": 1.0})
    model = NaiveForecaster().fit(long.set_axis(labels, axis=0))
    model.save(tmp_path / "model")
    assert int.from_bytes((tmp_path / "model").read_bytes()[:8], "little") < 5_000
    assert_same(load(tmp_path / "model").fitted_values(), model.fitted_values())


@pytest.mark.parametrize("limit", [1000, 10**9])
def test_too_many_labels_of_text_are_refused_with_what_to_do(tmp_path, monkeypatch, limit):
    def refuse(arrays, metadata):
        raise SafetensorError("HeaderTooLarge")

    monkeypatch.setattr("safetensors.numpy.save", refuse)
    monkeypatch.setattr(persistence, "_LARGEST_HEADER", limit)
    rows = long_frame(wide_frame())
    with pytest.raises(NotSupportedError, match=r"too much text.*reset_index\(drop=True\)"):
        NaiveForecaster().fit(rows.set_axis([f"r{i}" for i in range(144)], axis=0)).save(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_replaced_and_nothing_else_is_left(saved):
    _, path = saved
    other = NaiveForecaster().fit(wide_frame())
    other.save(str(path))
    assert_same(load(str(path)).predict(2), other.predict(2))
    assert [item.name for item in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("target", ["absent/model", "file/model", "folder"])
def test_a_place_that_cannot_be_written_is_named_and_left_clean(tmp_path, target):
    (tmp_path / "file").write_text("keep")
    (tmp_path / "folder").mkdir()
    model = NaiveForecaster().fit(wide_frame())
    with pytest.raises(DirectoryError, match="cannot write"):
        model.save(tmp_path / target)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "keep"


def test_a_failed_save_keeps_the_file_that_was_there(saved):
    _, path = saved
    content = path.read_bytes()
    with pytest.raises(NotSupportedError, match="_Odd is not a class of forecastkit"):
        _Odd().fit(wide_frame()).save(path)
    assert path.read_bytes() == content


class _Odd(NaiveForecaster):
    """A class that forecastkit does not have."""

    def __init__(self, *, seasonal_period=None):
        super().__init__(seasonal_period=seasonal_period)


@pytest.mark.parametrize(
    "ids",
    [
        [1, 2, 3],
        [1.5, 2.5, 3.5],
        pd.Index(["a", "b", "c"], dtype=object),
        pd.Index(["a", "b", "c"], dtype="string"),
        pd.CategoricalIndex(["b", "a", "c"], categories=["c", "b", "a"], ordered=True),
        pd.date_range("2024-01-01", periods=3, tz="Europe/Dublin"),
        pd.period_range("2024-01", periods=3, freq="M"),
        pd.Index([1, 2, 3], name="station"),
    ],
    ids=lambda ids: str(getattr(ids, "dtype", ids)),
)
def test_series_names_of_any_type_come_back(tmp_path, ids):
    wide = wide_frame()
    wide.columns = ids
    model = NaiveForecaster().fit(wide)
    model.save(tmp_path / "model")
    loaded = load(tmp_path / "model")
    assert_same(loaded.predict(2), model.predict(2))
    assert_same(loaded.log_likelihood(), model.log_likelihood())


@pytest.mark.parametrize(
    "labels",
    [
        pd.RangeIndex(10, 298, 2, name="row"),
        pd.Index([f"r{i}" for i in range(144)]),
        pd.Index(np.arange(144)[::-1] * 3),
        pd.date_range("2020", periods=144, freq="h", tz="UTC"),
    ],
    ids=lambda labels: str(labels.dtype),
)
def test_row_labels_of_a_long_frame_come_back(tmp_path, labels):
    rows = long_frame(wide_frame()).set_axis(labels, axis=0)
    model = NaiveForecaster().fit(rows)
    model.save(tmp_path / "model")
    assert_same(load(tmp_path / "model").fitted_values(), model.fitted_values())


@pytest.mark.parametrize("name", [("a", "b"), pd.Timestamp("2024-01-01")], ids=str)
def test_a_name_without_a_json_form_is_refused_before_anything_is_written(tmp_path, name):
    model = NaiveForecaster().fit(wide_frame()["north"].rename(name))
    with pytest.raises(NotSupportedError, match="cannot be saved"):
        model.save(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_a_model_of_a_cut_panel_can_be_saved(tmp_path):
    model = NaiveForecaster().fit(wide_frame())
    cut = NaiveForecaster().fit(model.panel_.between(5, 30))
    cut.save(tmp_path / "model")
    assert_same(load(tmp_path / "model").fitted_values(), cut.fitted_values())
