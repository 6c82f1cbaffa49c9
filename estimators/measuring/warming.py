"""What an estimator keeps once it has learned where a run stands, the run's parameters frozen."""

from ..core import Estimator, Memory
from ..specs.training import Training
from ..training.train import Member, Trainer, initial_state


def warm_memory(
    estimator: Estimator, trainer: Trainer, lane: int, run: Member, training: Training, steps: int
) -> Memory:
    """Memory after ``steps`` steps of the trajectory of a lane of ``trainer`` from where it stands,
    which this does not move: minibatches, noise and rates are the run's, the parameters' own rate
    is zero."""
    _, memory = initial_state(estimator, trainer.net, run.seed, trainer.rows)
    if not (steps and (memory.learned or memory.running)):
        return memory
    twin = frozen_trainer(estimator, trainer, lane, run, training)
    twin.run(twin.at + steps)
    return twin.of(0)[1]


def frozen_trainer(
    estimator: Estimator, trainer: Trainer, lane: int, run: Member, training: Training
) -> Trainer:
    """A trainer of one lane that stands where a lane of ``trainer`` does, and does not move it."""
    draws_pixels = bool(trainer.pixels.shapes)
    twin = Trainer(estimator, trainer.net, trainer.data, [run], training, drawn=draws_pixels)
    twin.descent.hold_model()
    size = twin.layout.sizes[0]
    twin.rows[:, :size] = trainer.rows[lane, :size]
    twin.at = trainer.at
    return twin


def continued_trainer(trainer: Trainer, run: Member, training: Training) -> Trainer:
    """A trainer of one lane that goes on as this one of one lane would."""
    draws_pixels = bool(trainer.pixels.shapes)
    return Trainer(
        trainer.estimator, trainer.net, trainer.data, [run], training, trainer.state(), draws_pixels
    )
