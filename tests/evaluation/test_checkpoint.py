import errno
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from series import hourly

import forecastkit as fk
from forecastkit.errors import DirectoryError
from forecastkit.evaluation.checkpoint import open_checkpoint

SCRIPT = Path(__file__).with_name("interrupted.py")


def start(directory, output, delay):
    return subprocess.Popen([sys.executable, str(SCRIPT), str(directory), str(output), str(delay)])


def run(directory, y=None, **changes):
    arguments = {"horizon": 3, "windows": 4, "directory": directory} | changes
    return fk.backtest({"ar": fk.ARForecaster(order=2)}, hourly(90) if y is None else y, **arguments)


def test_a_killed_run_goes_on_and_ends_with_the_same_numbers(tmp_path):
    assert start(tmp_path / "whole", tmp_path / "whole.pkl", 0).wait() == 0
    whole = pd.read_pickle(tmp_path / "whole.pkl")
    kills = 0
    for wait in (0.0, 0.2, 0.05):
        process = start(tmp_path / "killed", tmp_path / "killed.pkl", 0.5)
        blocks = len(list((tmp_path / "killed").glob("*.npz")))
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if len(list((tmp_path / "killed").glob("*.npz"))) > blocks:
                time.sleep(wait)
                process.send_signal(signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.01)
        process.wait()
        assert not (tmp_path / "killed.pkl").exists()
    assert kills == 3
    assert start(tmp_path / "killed", tmp_path / "killed.pkl", 0).wait() == 0
    pd.testing.assert_frame_equal(pd.read_pickle(tmp_path / "killed.pkl"), whole, check_exact=True)


def test_a_directory_in_use_is_refused(tmp_path):
    process = start(tmp_path / "busy", tmp_path / "busy.pkl", 5)
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "busy" / "identity.json").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(DirectoryError, match="in use by another backtest"):
            run(tmp_path / "busy")
    finally:
        process.kill()
        process.wait()


def test_a_finished_backtest_is_read_not_run_again(tmp_path):
    first = run(tmp_path)
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.npz")}
    second = run(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.npz")} == stamps
    pd.testing.assert_frame_equal(first.forecasts, second.forecasts, check_exact=True)
    pd.testing.assert_frame_equal(first.scores(), second.scores(), check_exact=True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"horizon": 4}, "settings.horizon is 3 there and 4 here"),
        ({"level": (90,)}, "settings.level"),
        ({"y": hourly(90) + 1e-9}, "data is"),
        ({"y": hourly(90).shift(freq="h")}, "data is"),
    ],
)
def test_other_settings_or_data_are_refused_and_nothing_is_lost(tmp_path, changes, message):
    before = run(tmp_path)
    with pytest.raises(DirectoryError, match=message):
        run(tmp_path, **changes)
    pd.testing.assert_frame_equal(run(tmp_path).forecasts, before.forecasts, check_exact=True)


def test_a_changed_parameter_of_a_model_is_named(tmp_path):
    run(tmp_path)
    with pytest.raises(DirectoryError, match=r"settings.models.ar.parameters.order is 2 there and 3 here"):
        fk.backtest({"ar": fk.ARForecaster(order=3)}, hourly(90), horizon=3, windows=4, directory=tmp_path)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", b"\x00" * 100])
def test_a_damaged_block_is_computed_again(tmp_path, damage):
    before = run(tmp_path)
    for path in tmp_path.glob("model-000-*.npz"):
        path.write_bytes(damage)
    pd.testing.assert_frame_equal(run(tmp_path).forecasts, before.forecasts, check_exact=True)


def test_an_identity_that_cannot_be_read_is_refused(tmp_path):
    run(tmp_path)
    (tmp_path / "identity.json").write_text("{")
    with pytest.raises(DirectoryError, match="cannot be read"):
        run(tmp_path)


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DirectoryError, match="cannot use"):
        run(tmp_path / "file")


def test_a_directory_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)  # a mode would not stop root, as whom containers run the tests
    with pytest.raises(DirectoryError, match=r"cannot use .*results.*Permission denied"):
        run(tmp_path / "results")


def test_our_left_over_temporary_files_are_removed_and_no_others(tmp_path):
    (tmp_path / ".model-000-block-000000.npz.123.tmp").write_bytes(b"half")
    (tmp_path / "mine.tmp").write_text("kept")
    run(tmp_path)
    assert [path.name for path in tmp_path.glob("*.tmp")] + [p.name for p in tmp_path.glob(".*.tmp")] == ["mine.tmp"]


def test_models_in_another_order_are_refused(tmp_path):
    models = {"x": fk.NaiveForecaster(), "z": fk.DriftForecaster()}
    fk.backtest(models, hourly(60), horizon=2, windows=2, directory=tmp_path)
    with pytest.raises(DirectoryError, match="models in order"):
        fk.backtest(dict(reversed(models.items())), hourly(60), horizon=2, windows=2, directory=tmp_path)


def test_changed_covariates_are_refused(tmp_path):
    class Mean:
        def fit(self, y, X=None):
            self.mean_ = float(y.mean())
            return self

        def predict(self, horizon, X=None):
            return np.full(horizon, self.mean_)

    y = hourly(60)
    X = pd.DataFrame({"x": np.ones(90)}, index=pd.date_range(y.index[0], periods=90, freq="h"))
    fk.backtest({"mean": Mean()}, y, X, horizon=2, windows=2, directory=tmp_path)
    with pytest.raises(DirectoryError, match="data is"):
        fk.backtest({"mean": Mean()}, y, X.iloc[:-1], horizon=2, windows=2, directory=tmp_path)
    text = X.assign(x=["dry", "wet"] * 45)
    fk.backtest({"mean": Mean()}, y, text, horizon=2, windows=2, directory=tmp_path / "text")
    with pytest.raises(DirectoryError, match="data is"):  # the same codes of other labels
        fk.backtest({"mean": Mean()}, y, text.replace("dry", "cold"), horizon=2, windows=2, directory=tmp_path / "text")


def test_the_lock_is_released_after_an_error(tmp_path):
    with pytest.raises(RuntimeError), open_checkpoint(tmp_path, {}):
        raise RuntimeError
    with open_checkpoint(tmp_path, {}) as checkpoint:
        assert checkpoint.read(0, 0) is None


def test_foreign_models_are_identified_without_their_address(tmp_path):
    class Mean:
        def __init__(self, inner):
            self.inner = inner

        def fit(self, y):
            self.mean_ = float(y.mean())
            return self

        def predict(self, horizon):
            return np.full(horizon, self.mean_)

    for _ in range(2):
        fk.backtest({"mean": Mean(object())}, hourly(60), horizon=2, windows=2, directory=tmp_path)
