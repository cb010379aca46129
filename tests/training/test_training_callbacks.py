import pytest
import torch
from tiny_training import LENGTH, SquareLoss, TinyNetwork, options, panel, weights

from forecastkit.errors import ConvergenceError
from forecastkit.training import train


class Scripted(SquareLoss):
    """Validation losses as written down; notes the weights they were asked about."""

    def __init__(self, losses):
        super().__init__()
        self.losses = losses
        self.weights = []

    def validation_loss(self, network, window):
        self.weights.append(weights(network))
        return torch.tensor(self.losses[len(self.weights) - 1])


class Failing(SquareLoss):
    """Turns not finite: at some batch, the loss or only the gradient."""

    def __init__(self, batch, *, gradient_only=False):
        super().__init__()
        self.batch = batch
        self.gradient_only = gradient_only

    def training_loss(self, network, window, progress, generator):
        loss = super().training_loss(network, window, progress, generator)
        if len(self.progress) < self.batch:
            return loss
        if self.gradient_only:
            return loss + (torch.zeros(()) * network.layers[0].weight.sum()).sqrt()  # 0 · d√0 is NaN
        return loss * torch.nan


def run(objective, network=None, validates=True, **changed):
    store, training, held_out = panel()
    network = TinyNetwork() if network is None else network
    record = train(network, store, training, held_out if validates else None, LENGTH, objective, options(**changed))
    return network, record


def test_the_weights_of_the_smallest_validation_loss_come_back():
    objective = Scripted([3.0, 2.0, 1.0, 1.5] + [2.0] * 16)
    network, record = run(objective)
    assert torch.equal(weights(network), objective.weights[2])
    assert (record.best_validation_loss, record.best_step, record.n_steps) == (1.0, 6, 40)
    assert not record.stopped_early


def test_a_validation_loss_that_is_not_finite_is_never_the_best():
    objective = Scripted([float("nan"), 2.0] + [float("nan"), float("-inf")] * 9)
    _, record = run(objective)
    assert (record.best_validation_loss, record.best_step) == (2.0, 4)


def test_patience_counts_validations_in_a_row_without_a_smaller_loss():
    objective = Scripted([3.0, 4.0, 2.0, 2.0, 2.5, 2.5, 9.0])
    network, record = run(objective, patience=3)
    assert (record.n_steps, record.best_step, record.stopped_early) == (12, 6, True)
    assert torch.equal(weights(network), objective.weights[2])


@pytest.mark.parametrize(("max_steps", "n_validations"), [(1, 1), (7, 7), (40, 20), (45, 23)])
def test_the_last_step_is_always_validated(max_steps, n_validations):
    objective = Scripted([float(-k) for k in range(50)])
    network, record = run(objective, max_steps=max_steps)
    assert len(objective.weights) == n_validations
    assert record.best_step == record.n_steps == max_steps
    assert torch.equal(weights(network), objective.weights[-1])
    assert not record.stopped_early


@pytest.mark.parametrize("batch", [2, 16, 17, 20, 40])
@pytest.mark.parametrize("validates", [False, True])
def test_a_loss_that_is_not_finite_ends_training_with_the_first_weights(batch, validates):
    network = TinyNetwork()
    before = weights(network)
    objective = Failing(batch)
    with pytest.raises(ConvergenceError, match=rf"diverged at step {batch}: .* lower learning_rate, gradient_clip"):
        run(objective, network, validates)
    assert torch.equal(weights(network), before)
    assert not network.training


def test_the_message_has_the_last_finite_loss():
    losses = []

    class Noted(Failing):
        def training_loss(self, *arguments):
            loss = super().training_loss(*arguments)
            losses.append(loss.item())
            return loss

    with pytest.raises(ConvergenceError) as raised:
        run(Noted(10))
    assert f"it was {losses[8]:.6g} before" in str(raised.value)


def test_a_first_loss_that_is_not_finite_points_at_the_data():
    with pytest.raises(ConvergenceError, match="not finite from the start; look for extreme values in the data"):
        run(Failing(1))


@pytest.mark.parametrize("batch", [3, 40])
def test_a_gradient_that_is_not_finite_leaves_no_such_weights(batch):
    network = TinyNetwork()
    before = weights(network)
    with pytest.raises(ConvergenceError, match="training diverged at step"):
        run(Failing(batch, gradient_only=True), network)
    assert torch.equal(weights(network), before)


def test_the_step_is_counted_in_steps_when_gradients_are_added_up():
    with pytest.raises(ConvergenceError, match="diverged at step 4:"):
        run(Failing(11), trainer_options={"accumulate_grad_batches": 3})
