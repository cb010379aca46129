"""The wheel and the source distribution, built and installed as a user would; needs the package index."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def run(*command, cwd=ROOT):
    """What a command prints."""
    return subprocess.run([str(part) for part in command], cwd=cwd, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ".")
    return folder


def test_the_wheel_holds_the_data_the_types_and_the_page(dist):
    names = zipfile.ZipFile(next(dist.glob("*.whl"))).namelist()
    wanted = ["py.typed", "_data/irish_wind/wind.csv", "_data/irish_wind/stations.csv", "_data/co2/card.yaml"]
    report = ROOT / "forecastkit" / "evaluation" / "report"
    wanted += [f"evaluation/report/{path.name}" for path in report.iterdir() if path.suffix not in (".py", "")]
    assert {f"forecastkit/{name}" for name in wanted} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/"))]


def test_the_installed_wheel_gives_a_working_command(dist, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    run(python, "-m", "pip", "install", "--quiet", "--constraint", constraints, next(dist.glob("*.whl")), cwd=tmp_path)
    command = tmp_path / "venv" / "bin" / "forecastkit"
    assert run(command, "--version", cwd=tmp_path).startswith("forecastkit ")
    assert "irish_wind" in run(command, "datasets", "list", cwd=tmp_path)
    code = "import forecastkit as fk; print(fk.load_dataset('irish_wind').shape)"
    assert run(python, "-c", code, cwd=tmp_path).strip() == "(6574, 12)"


def test_the_source_distribution_builds_the_same_wheel(dist, tmp_path):
    code = "import hatchling.build as b, sys; print(b.build_sdist(sys.argv[1]))"
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "hatchling")
    sdist = tmp_path / run(python, "-c", code, tmp_path).strip().splitlines()[-1]
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    source = next((tmp_path / "source").iterdir())
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path / "again", source)
    names = [sorted(zipfile.ZipFile(next(each.glob("*.whl"))).namelist()) for each in (dist, tmp_path / "again")]
    assert names[0] == names[1]
