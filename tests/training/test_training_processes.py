import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

pytestmark = pytest.mark.slow

START = """
import os, sys
import torch
from tiny_training import LENGTH, SquareLoss, TinyNetwork, options, panel, weights
from forecastkit.errors import ConvergenceError
from forecastkit.training import train

torch.set_num_threads(1)
store, training, held_out = panel()
network = TinyNetwork().eval()
chosen = options(max_steps=60, devices=2, trainer_options={"strategy": "ddp"})
"""

LEARN = """
before = SquareLoss().validation_loss(network, store.windows(held_out.starts, LENGTH)).item()
objective = SquareLoss()
record = train(network, store, training, held_out, LENGTH, objective, chosen)
result = (before, record.best_validation_loss, weights(network), objective.drawn)
torch.save(result, f"{sys.argv[1]}/{os.environ['LOCAL_RANK']}.pt")
"""

DIVERGE = """
class SecondFails(SquareLoss):
    def training_loss(self, *arguments):
        loss = super().training_loss(*arguments)
        return loss * torch.nan if len(self.progress) == 20 and os.environ["LOCAL_RANK"] == "1" else loss

first = weights(network)
try:
    train(network, store, training, held_out, LENGTH, SecondFails(), chosen)
except ConvergenceError:
    torch.save(torch.equal(weights(network), first), f"{sys.argv[1]}/{os.environ['LOCAL_RANK']}.pt")
"""


def run(folder, text):
    """Run a script that starts a second process of itself; what each saved."""
    script = folder / "script.py"
    script.write_text(START + text)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, script, folder]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return [torch.load(folder / f"{rank}.pt") for rank in range(2)]


def test_two_processes_learn_from_windows_of_their_own_and_end_with_the_same_weights(tmp_path):
    (before, after, weights, drawn), (_, other_after, other_weights, other_drawn) = run(tmp_path, LEARN)
    assert torch.equal(weights, other_weights)
    assert after == other_after < 0.7 * before
    assert set(drawn).isdisjoint(other_drawn)


def test_both_processes_stop_when_one_diverges(tmp_path):
    assert run(tmp_path, DIVERGE) == [True, True]
