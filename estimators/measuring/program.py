"""A probe as a program, in pieces: it goes on from the trajectory's checkpoints and from every
estimator.

Steps are gradients of a minibatch (``Probe.steps``).  It knows no database.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import torch

from estimators.specs.states import Reason

from .. import registry
from ..core import Estimator
from ..devices import HOST, to_host
from ..experiment import Program, Series, Tick, make_series
from ..specs import Estimator as EstimatorSpec
from ..specs.findings import Findings, Refusal, Report
from ..specs.probe import Probe
from ..training.train import Member, State, Trainer
from . import frozen
from .blocks import Point, frozen_minibatches
from .judge import ProbeJudge
from .moving import moving_variance
from .warming import continued_trainer, settled_memory

Listener = Callable[[str], None]


class Piece(NamedTuple):
    """What one piece of a probe left; there is one run, in lane 0.

    ``series``: cost/train of the trajectory.  ``ended``: "diverged" or "completed".  ``findings``:
    of one estimator, as JSON (``specs.findings.Findings``).
    """

    series: dict[int, dict[str, Series]]
    ended: dict[int, Reason]
    findings: dict[int, dict[str, Any]]


class ProbeProgram:
    """A probe that may be left at every boundary and taken up from its ``state``.

    ``state`` is that of a program of one lane where the trajectory, or another like it, was left;
    from None, it starts.  Raises what ``experiment.Program`` raises: shelf.Missing and
    shelf.Corrupt of data, LookupError of a plug-in that is not installed.
    """

    def __init__(
        self, spec: Probe, state: State | None = None, device: torch.device = HOST
    ) -> None:
        self.spec, self.live = spec, {0}
        self.program = trajectory_program(spec, state, device)
        self.kernels = self.program.kernels

    def boundaries(self, step: int) -> list[int]:
        """Those after a step, and after what is trained already."""
        done = max(step, self.program.trainer.at)
        return [boundary for boundary in self.spec.boundaries if boundary > done]

    def divisible(self, boundary: int) -> bool:
        """Whether it may be left before this boundary too: an estimator is measured in one go."""
        return boundary <= self.spec.at

    def run_to(self, step: int, tick: Tick = lambda step: None) -> Piece:
        """Trains to a checkpoint of the trajectory, or measures the estimator that ends there.
        ``tick`` is called after every step of training and after the estimator, and may raise to
        stop."""
        if step <= self.spec.at:
            return self.train(step, tick)
        each = self.spec.asked[(step - self.spec.at) // self.spec.effort - 1]
        findings = measure_estimator(self.spec, each, self.judge, self.program.trainer)
        tick(step)
        ended = {0: Reason.COMPLETED} if step == self.spec.steps else {}
        return Piece({}, ended, {0: findings.model_dump(mode="json")})

    def train(self, step: int, tick: Tick) -> Piece:
        """Goes to a step of the trajectory; a cost or a parameter that is no number ends it."""
        first, trainer = self.program.trainer.at, self.program.trainer
        costs = to_host(trainer.run(step, tick)).double().numpy()
        self.program.note_costs(costs)
        sound = self.program.sound.all() and bool(to_host(trainer.rows.isfinite().all()))
        paid = {"cost/train": make_series(range(first + 1, step + 1), costs[:, 0])}
        ended = {0: Reason.DIVERGED} if not sound and step in self.spec.boundaries else {}
        return Piece({0: paid}, ended, {})

    @cached_property
    def judge(self) -> ProbeJudge:
        """At the trajectory's end; its reference is measured once."""
        return probe_judge(self.spec, self.program)

    def state(self) -> State:
        """With it another goes on, and finds the same."""
        return self.program.state()


def run_probe(spec: Probe, listen: Listener = lambda text: None) -> Report:
    """The whole probe in this process.  ``listen`` hears how far it is, a line at a time."""
    program = trajectory_program(spec)
    listen(f"{spec.trainer.name} trains {spec.at} steps")
    program.trainer.run(spec.at)
    listen("the reference and leave-one-out")
    judge, pieces = probe_judge(spec, program), []
    for number, each in enumerate(spec.asked, 1):
        listen(f"{each.name}, {number} of {len(spec.asked)}")
        pieces.append(measure_estimator(spec, each, judge, program.trainer))
    return Report.joined(spec, pieces)


def trajectory_program(
    spec: Probe, state: State | None = None, device: torch.device = HOST
) -> Program:
    """What trains the parameters, from their start or from the ``state`` of a program of one
    lane."""
    return Program(
        spec.experiment,
        {0: trajectory_member(spec)},
        1,
        state,
        getattr(torch, spec.precision),
        device,
    )


def probe_judge(spec: Probe, program: Program) -> ProbeJudge:
    """The judge where the trajectory stands, at minibatches of its training data."""
    trainer = program.trainer
    batches = frozen_minibatches(program.splits[0], spec.seed, spec.batches, spec.examples)
    point = Point(trainer.net, trainer.of(0)[0], batches, spec.seed)
    return ProbeJudge(point, spec.draws, spec.reference_draws)


def measure_estimator(
    spec: Probe, each: EstimatorSpec, judge: ProbeJudge, trainer: Trainer
) -> Findings:
    """What one of the estimators comes to, or why it is not measured.

    Its memory settles before it is measured, in ``warm_up`` steps at most, parameters frozen; with
    ``paper_mode`` the trajectory is followed too.  ``trainer`` is not moved.
    """
    member = trajectory_member(spec)
    exact, estimator = frozen.is_enumerable(judge.point.net), admit_estimator(spec, each)
    if isinstance(estimator, Refusal):
        return Findings(exact=exact, refused=(estimator,))
    memory, warmed = settled_memory(
        estimator, trainer, member, spec.training, judge.point, spec.warm_up
    )
    findings = judge.find(each, estimator.declares(spec.model), estimator, memory)
    findings = findings.model_copy(update={"warm_up": warmed})
    if spec.paper_mode:
        path = continued_trainer(trainer, member, spec.training)
        moving = moving_variance(estimator, path, member, spec.training, spec.paper_mode, memory)
        findings = findings.model_copy(update={"moving": moving})
    return Findings(exact=exact, found=(findings,))


def admit_estimator(spec: Probe, each: EstimatorSpec) -> Estimator | Refusal:
    """An estimator, or why it is not measured: it does not serve the model, a plug-in cannot be
    loaded, or, of those that "all" means, its objective is not the model's."""
    try:
        estimator = registry.build_estimator(each)
        reason = estimator.refuses(spec.model) or (
            spec.estimators == "all" and foreign_objective(estimator)
        )
    except (LookupError, TypeError, ValueError) as error:
        # Of a plug-in.
        reason = str(error)
    return Refusal(estimator=each.model_dump(), reason=reason) if reason else estimator


def foreign_objective(estimator: Estimator) -> str | None:
    """Why an estimator is not measured unasked: it follows an objective of its own."""
    if estimator.objective in ("single", "bound"):
        return None
    return f"{estimator.name} has an objective of its own, not the model's; named, it is measured."


def trajectory_member(spec: Probe) -> Member:
    """The only run of the trajectory's experiment."""
    return Member(*spec.experiment.runs[0])
