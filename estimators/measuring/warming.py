"""What an estimator keeps once it has learned where a run stands, the run's parameters frozen.

It learns until it has settled: ``QUIET`` times in a row, twice as many steps changed the second
moment of its gradient in the encoder, before normalisation, by ``SLACK`` of itself at most.  That
is taken on minibatches and noise of its own, the same each time, so that what is compared hangs on
what was learned alone.  Steps are doubled, so that slow progress is not taken for none; once is not
enough, for a flat stretch may come before a fall.  What is learned follows Adam at ``RATE`` there,
as in the code of most papers, whatever trains the parameters: these stand, and there is time.
"""

import torch
from torch import Tensor

from .. import baselines, noise
from ..core import Estimator, Memory
from ..devices import to_host
from ..specs.findings import WarmUp
from ..specs.training import Training
from ..training.train import Member, Trainer, initial_state
from .blocks import Point, encoder_coordinates, gradient_chunks, probe_noise
from .frozen import stacked_noise
from .sums import squared_lengths

RATE = 0.01
# Steps before the first look, the change that still counts as none, and how often it has to come.
FIRST, SLACK, QUIET = 100, 0.01, 2
# Steps in which what is kept running goes ahead of what is learned.
RUNNING = 50
# Minibatches and draws on each, of a look.
MINIBATCHES, DRAWS = 8, 2
# What counts steps in an estimator's memory, for its schedule.
CLOCK = "step"


def settled_memory(
    estimator: Estimator,
    trainer: Trainer,
    run: Member,
    training: Training,
    point: Point,
    most: int,
) -> tuple[Memory, WarmUp]:
    """Memory that has settled where a trainer of one lane stands, and what it took: ``most`` steps
    at most.  ``point`` has the parameters there, and minibatches to look at."""
    twin = learning_trainer(estimator, trainer, run, training)
    begun = twin.at
    if not learns(twin.of(0)[1]) or not most:
        return at_clock(twin.of(0)[1], begun), WarmUp(steps=0)
    few = point._replace(batches={k: v[:MINIBATCHES] for k, v in point.batches.items()})
    steps, change, quiet = 0, None, 0
    moment = second_moment(estimator, few, twin.of(0)[1])
    while steps < most and quiet < QUIET:
        before, past = moment, steps
        steps = min(2 * past or FIRST, most)
        twin.run(begun + steps)
        moment = second_moment(estimator, few, twin.of(0)[1])
        change = moment / before - 1 if before > 0 else 0.0
        quiet = quiet + 1 if 0 < 2 * past == steps and abs(change) <= SLACK else 0
    memory = at_clock(twin.of(0)[1], begun)
    return memory, WarmUp(
        steps=steps,
        settled=quiet == QUIET,
        change=finite(change),
        criterion=finite(own_criterion(estimator, few, memory)),
        reached=reached_values(memory, len(point.net.units)),
    )


def learning_trainer(
    estimator: Estimator, trainer: Trainer, run: Member, training: Training
) -> Trainer:
    """A trainer that stands where one of one lane does, and of which only memory learns.  What is
    kept running has run for ``RUNNING`` steps: a network that has to follow the mean of a signal
    first, before the running mean does, saturates on the way."""
    how = learning_by_adam(estimator, run, training)
    twin = frozen_trainer(estimator, trainer, 0, *how)
    if twin.running and twin.layout.sizes[1]:
        ahead = frozen_trainer(estimator, trainer, 0, *how)
        ahead.descent.hold_all()
        ahead.run(ahead.at + RUNNING)
        twin.running = ahead.running
    return twin


def learning_by_adam(
    estimator: Estimator, run: Member, training: Training
) -> tuple[Member, Training]:
    """A run and its training with the same minibatches and noise, by which what the estimator
    learns follows Adam at ``RATE``."""
    alike = {"batch_size": training.batch_size, "reduction": "mean", "steps": training.steps}
    return (
        Member(run.seed, {"learning_rate": RATE / estimator.tuning_rate}),
        Training.model_validate(alike | {"optimizer": {"name": "adam"}}),
    )


def learns(memory: Memory) -> bool:
    """Whether something in it hangs on what was seen."""
    return bool(memory.learned) or bool(set(memory.running) - {CLOCK})


def at_clock(memory: Memory, step: int) -> Memory:
    """The same memory, with its count of steps where the trajectory stands: a schedule does not
    run while parameters are frozen."""
    counted = {k: torch.full_like(v, step) for k, v in memory.running.items() if k == CLOCK}
    return memory._replace(running=memory.running | counted)


def second_moment(estimator: Estimator, point: Point, memory: Memory) -> float:
    """Mean square of the encoder's gradient before normalisation, on noise that nothing else
    sees."""
    mine, total, count = encoder_coordinates(point.params), 0.0, 0
    unscaled = baselines.unscaled_memory(memory)
    for _, g, _ in gradient_chunks(estimator, point, unscaled, DRAWS, noise.MEMORY):
        total += squared_lengths(to_host(g)[:, mine]).sum().item()
        count += len(g)
    return total / count


def own_criterion(estimator: Estimator, point: Point, memory: Memory) -> float | None:
    """What its tuning comes to, on average over the minibatches; None if it learns nothing."""
    if not memory.learned:
        return None
    uniforms, total = probe_noise(estimator, point, noise.MEMORY), 0.0
    for m in range(len(point.batches["x"])):
        u = [v[0] for v in stacked_noise(uniforms, [m])]
        estimate = estimator.estimate(point.net, point.params, memory, point.batch(m), u)
        total += float(estimate.tuning)
    return total / len(point.batches["x"])


def reached_values(memory: Memory, layers: int) -> dict[str, tuple[float, ...]]:
    """What was learned, of what is a number for each layer; of a logarithm, the number itself."""
    values: dict[str, tuple[float, ...]] = {}
    for name, learned in memory.learned.items():
        value: Tensor = learned.exp() if name.startswith("log_") else learned
        a_number_each = "." not in name and value.shape == (layers,)
        if a_number_each and value.isfinite().all():
            values[name.removeprefix("log_")] = tuple(value.tolist())
    return values


def finite(x: float | None) -> float | None:
    """None for what is no number."""
    return x if x is not None and abs(x) < float("inf") else None


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
    data, drawn, size = trainer.minibatches.data, trainer.draws_pixels, training.batch_size
    beside = trainer.traced_beside
    traced = next((step for e, n, step in beside if e is estimator and n == size), None)
    twin = Trainer(estimator, trainer.net, data, [run], training, drawn=drawn, traced=traced)
    if traced is None:
        beside.append((estimator, size, twin.gradients))
    twin.descent.hold_model()
    model = twin.layout.sizes[0]
    twin.rows[:, :model] = trainer.rows[lane, :model]
    twin.at = trainer.at
    return twin


def continued_trainer(trainer: Trainer, run: Member, training: Training) -> Trainer:
    """A trainer of one lane that goes on as this one of one lane would."""
    data, drawn = trainer.minibatches.data, trainer.draws_pixels
    return Trainer(trainer.estimator, trainer.net, data, [run], training, trainer.state(), drawn)
