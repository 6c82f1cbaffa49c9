"""What a job will take, from its spec alone: of the right order, to refuse what cannot be meant.

A step is two multiplications and additions a weight, example and evaluation, thrice with the way
back.  The bound is walks of every example and sample, there alone: which share of the whole they
are does not hang on the speed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from estimators.specs.base import Estimator
from estimators.specs.experiment import Experiment
from estimators.specs.lanes import FLOAT, run_bytes, weight_count
from estimators.specs.models import Model
from estimators.specs.probe import Probe

from .config import Settings
from .errors import Fault, Refused
from .submission import AnySubmission, ProbeSubmission

# of weights in a checkpoint: with moments, and what an estimator learns
STORED = 4
# examples of a part of data whose file decides
UNKNOWN = 1_000
# operations in a second of a core, as steps of small nets come to
SPEED = 5e9
GIB, HOUR = 2.0**30, 3600.0


@dataclass(frozen=True)
class Estimate:
    """Of a job, before anything of it has run."""

    runs: int
    parameters: int  # of a run
    memory: float  # bytes, of one run's program
    seconds: float  # of a core, of all runs
    longest: float  # of these, of one run
    evaluation: float  # the share of these that evaluations of the bound take
    checkpoints: int  # that a program writes, at least
    disk: float  # bytes, of checkpoints and series


def experiment_estimate(experiment: Experiment) -> Estimate:
    training, runs = experiment.training, len(experiment.runs)
    looks = experiment.evaluation.look_counts(training.steps)
    return _estimate(
        experiment.model,
        experiment.estimator,
        experiment.dataset.pixels,
        steps=training.steps,
        batch=training.batch_size,
        runs=runs,
        checkpoints=-(-training.steps // training.checkpoint_every),
        points=30 * sum(looks),
        judged=judged_walks(experiment, looks),
    )


def judged_walks(experiment: Experiment, looks: tuple[int, int]) -> int:
    """Walks through the net of so many evaluations of all examples, and on the way: of the examples
    of three parts, so many samples."""
    wanted, parts = experiment.evaluation, experiment.dataset.sizes[1:] or (UNKNOWN, UNKNOWN)
    # Of the training data as many as there are to validate on.
    sizes = [parts[0], *parts]
    few = [min(size, wanted.interim_examples or size) for size in sizes]
    return sum(wanted.counts) * (looks[0] * sum(sizes) + looks[1] * sum(few))


def probe_estimate(probe: Probe, estimators: int) -> Estimate:
    return _estimate(
        probe.model,
        probe.trainer,
        probe.dataset.pixels,
        steps=probe.steps,
        batch=probe.training.batch_size,
        runs=1,
        checkpoints=estimators,
        points=0,
        judged=0,
    )


def _estimate(
    model: Model,
    estimator: Estimator,
    pixels: int,
    steps: int,
    batch: int,
    runs: int,
    checkpoints: int,
    points: int,
    judged: int,
) -> Estimate:
    weights = weight_count(model, pixels)
    forward, backward = estimator.evaluations(model)
    walks = batch * model.bound * (forward + 2 * backward)
    trained, looked = (many * 2 * weights / SPEED for many in (steps * walks, judged))
    longest = trained + looked
    files = 2 * STORED * FLOAT * weights
    return Estimate(
        runs=runs,
        parameters=weights,
        memory=run_bytes(model, pixels, batch),
        seconds=runs * longest,
        longest=longest,
        evaluation=looked / longest,
        checkpoints=checkpoints,
        disk=runs * (files + 16.0 * points),
    )


def submission_estimate(submission: AnySubmission) -> Estimate:
    """Of an experiment or a probe."""
    if isinstance(submission, ProbeSubmission):
        many = 20 if submission.estimators == "all" else len(submission.estimators)
        return probe_estimate(submission.probe, many)
    return experiment_estimate(submission.experiment)


def check_size(submission: AnySubmission, settings: Settings) -> Estimate:
    """The estimate.  Raises Refused where a job wants more than the service gives to one."""
    estimate = submission_estimate(submission)
    faults = list(_faults(submission, estimate, settings))
    if faults:
        raise Refused(f"{faults[0].pointer}: {faults[0].detail}", faults)
    return estimate


def _faults(submission: AnySubmission, estimate: Estimate, settings: Settings) -> Iterator[Fault]:
    """What is beyond a limit, what the limit is, and what would help."""
    limits = (
        ("/model", "memory of a run", estimate.memory / GIB, settings.most_memory, "GiB"),
        ("/training/steps", "a run", estimate.longest / HOUR, settings.most_hours, "hours"),
        ("/seeds", "all runs' files", estimate.disk / GIB, settings.most_disk, "GiB"),
        (
            "/training/checkpoint_every",
            "a program",
            estimate.checkpoints,
            settings.most_checkpoints,
            "checkpoints",
        ),
    )
    for pointer, what, wanted, most, unit in limits:
        if wanted > most:
            yield Fault(
                f"About {wanted:,.3g} {unit} for {what}; this service gives {most:,.3g} at most.",
                pointer,
                fix="Ask for less, or ask who runs the service for more.",
            )
