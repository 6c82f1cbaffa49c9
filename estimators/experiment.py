"""A whole experiment as segments between checkpoints.  It knows no database.

A series holds the steps in (previous boundary, step]; step 0 comes with the first segment.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from . import cost, data, noise, registry
from .chain import Params
from .devices import HOST, choose_products, to_host
from .measuring import frozen
from .measuring.warming import warm_memory
from .specs.experiment import Experiment
from .specs.models import Model
from .specs.series_labels import series_label
from .specs.states import Reason
from .specs.training import Evaluation
from .training import evaluate
from .training.clocks import LaneClocks
from .training.fusing import LONG, CannotFuse
from .training.traces import STEPS, step_kind
from .training.train import Member, State, Trainer

Tick = Callable[[int], None]
SPLITS = ("train", "validation", "test")
# In the state of a program whose steps are fused.
FUSED = "fused"


def bound_names(wanted: Evaluation) -> Iterator[tuple[str, int, int]]:
    """(series, split, samples) of every bound that is taken."""
    for split, part in enumerate(SPLITS):
        for samples in wanted.counts:
            suffix = "" if samples == wanted.counts[0] else f"/{samples}"
            yield f"bound/{part}{suffix}", split, samples


class Series(NamedTuple):
    steps: np.ndarray  # int32, ascending
    values: np.ndarray  # float64


def join_series(parts: Iterable[Mapping[str, Series]]) -> dict[str, Series]:
    """Series in one piece, by name, of parts that follow each other; none has to have them all."""
    named: dict[str, list[Series]] = {}
    for part in parts:
        for name, series in part.items():
            named.setdefault(name, []).append(series)
    return {
        name: Series(
            np.concatenate([series.steps for series in several]),
            np.concatenate([series.values for series in several]),
        )
        for name, several in named.items()
    }


class Segment(NamedTuple):
    series: dict[int, dict[str, Series]]  # lane -> name -> series
    # lane -> completed or diverged
    ended: dict[int, Reason]

    @property
    def findings(self) -> dict[int, dict[str, Any]]:
        """Of no lane: those of a probe alone (``measuring.program.Piece``)."""
        return {}


class Log:
    """What is seen between two checkpoints."""

    def __init__(self) -> None:
        self.points: dict[int, dict[str, list[tuple[int, float]]]] = {}

    def add(self, lane: int, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self.points.setdefault(lane, {}).setdefault(name, []).append((step, value))

    def series(self, lane: int) -> dict[str, Series]:
        return {
            name: make_series(*zip(*points, strict=True))
            for name, points in self.points.get(lane, {}).items()
        }


def make_series(steps: Sequence[int] | range, values: ArrayLike) -> Series:
    return Series(np.array(steps, np.int32), np.array(values, np.float64))


def cast_view(model: Model, images: Tensor, dtype: torch.dtype, device: torch.device) -> Params:
    return {k: v.to(device, dtype) for k, v in registry.model_view(model, images).items()}


def first_examples(part: Params, count: int | None) -> Params:
    """So many at most, always the same ones."""
    return {k: v[:count] for k, v in part.items()}


class Program:
    """Some runs of one experiment, trained together: ``members`` says which lane is whose.  A lane
    without a member costs what every lane costs and is not reported.  ``live`` is the lanes that
    still train; who ends a run from outside takes it out."""

    def __init__(
        self,
        spec: Experiment,
        members: Mapping[int, Member],
        width: int,
        state: State | None = None,
        dtype: torch.dtype = torch.float32,
        device: torch.device = HOST,
    ):
        """``state`` is what an earlier program of the same spec and width gave; from None, it
        starts.  ``device`` is where all of it is."""
        self.spec, self.members, self.live = spec, dict(members), set(members)
        choose_products(device, spec.training.tf32)
        images = data.load_images(spec.dataset)
        self.splits = [cast_view(spec.model, part, dtype, device) for part in images.parts]
        net = registry.build_net(spec.model, {k: v.shape[-1] for k, v in self.splits[0].items()})
        stand_in = next(iter(self.members.values()))
        runs = [self.members.get(lane, stand_in) for lane in range(width)]
        estimator = registry.build_estimator(spec.estimator)
        if reason := estimator.refuses(spec.model):  # of a plug-in, its spec did not know
            raise ValueError(reason)
        data_view = self.splits[0]
        if images.ink is not None:
            data_view = cast_view(spec.model, images.ink, dtype, device)
        net.see(data_view)
        draws = images.ink is not None
        kind = step_kind(spec, estimator, width, dtype, device)
        is_long = spec.training.steps >= LONG  # then it may be compiled, which torch notes in it
        traced = None if is_long else STEPS.get(kind)
        parts = (estimator, net, data_view, runs, spec.training, state, draws)
        self.trainer = Trainer(*parts, traced)
        if not is_long:
            STEPS.keep(kind, self.trainer.gradients)
        self.kernels = self.choose_kernels(state)
        self.shadows = {
            series_label(each): registry.build_estimator(each) for each in spec.measurement.shadows
        }
        self.clocks = LaneClocks(width, state)
        # lanes whose costs have all been numbers; of older states, what their parameters say
        self.sound = (
            np.array(state["sound"]) if state and "sound" in state else np.ones(width, bool)
        )
        self.evaluations = self.count()
        few = {k: v[: len(images.validation)] for k, v in self.splits[0].items()}
        self.judged: list[Params] = [few, *self.splits[1:]]
        regular = range(0, spec.training.steps, spec.evaluation.every)
        self.looks = sorted({*regular, *spec.evaluation.full_at, spec.training.steps})

    def choose_kernels(self, state: State | None) -> dict[str, str]:
        """Fuses the steps of a long program, where this place can; what its runs' environment says
        of that.  A program that went without before ``state`` goes on so."""
        if self.spec.training.steps < LONG or self.trainer.at >= self.spec.training.steps:
            return {}
        if state and FUSED not in state:
            return {"not_compiled": "it went on from steps as they come"}
        try:
            return {"compiled": self.trainer.fuse()}
        except CannotFuse as why:
            return {"not_compiled": str(why)}

    def count(self) -> float:
        """Of the cost, per example and step: forward and twice backward, as counted in the net."""
        params, memory = self.trainer.of(min(self.live))
        batch, u = self.trainer.step_inputs(self.trainer.at)
        first = ({k: v[0] for k, v in batch.items()}, [v[0] for v in u])
        counted = cost.count_evaluations(
            self.trainer.estimator, self.trainer.net, params, memory, *first
        )
        return counted.forward + 2 * counted.backward

    def boundaries(self, step: int) -> list[int]:
        """The checkpoints after a step, the last step included."""
        every, last = self.spec.training.checkpoint_every, self.spec.training.steps
        return [*range(step - step % every + every, last, every), *([last] if step < last else [])]

    def divisible(self, boundary: int) -> bool:
        """Whether it may be left before this boundary too, at any step."""
        return True

    def run_to(self, step: int, tick: Tick = lambda step: None) -> Segment:
        """Trains to a step, and says which runs end there if it is a boundary: where a run ends
        does not hang on where its program was left.  ``tick`` is called after every step, and may
        raise to stop."""
        log, first = Log(), self.trainer.at
        if first == 0:
            self.look(log)
        costs = [self.train(stop, tick, log) for stop in self.stops(first, step)]
        paid = to_host(torch.cat(costs)).double().numpy()  # [steps, R]
        self.note_costs(paid)
        ended = self.ended() if step in self.boundaries(step - 1) else {}
        steps = range(first + 1, step + 1)
        all_series = {
            lane: {"cost/train": make_series(steps, paid[:, lane])} | log.series(lane)
            for lane in self.live
        }
        self.live = self.live - set(ended)
        return Segment(all_series, ended)

    def stops(self, first: int, last: int) -> list[int]:
        """Where something is looked at on the way."""
        wanted = {*self.looks, *self.spec.measurement.steps, last}
        return sorted(stop for stop in wanted if first < stop <= last)

    def train(self, until: int, tick: Tick, log: Log) -> Tensor:
        with self.clocks.charge(self.live, self.trainer.device):
            costs = self.trainer.run(until, tick)
        self.look(log)
        return costs

    def look(self, log: Log) -> None:
        """Evaluates and measures every live run where it stands, if it is time."""
        step = self.trainer.at
        for lane in sorted(self.live):
            if step in self.looks:
                spent = {"evaluations": self.evaluations * step} | self.clocks.readings(lane)
                log.add(lane, step, self.bounds(lane) | spent)
            if step in self.spec.measurement.steps:
                log.add(lane, step, self.measure(lane))

    def bounds(self, lane: int) -> dict[str, float]:
        """NaN where a parameter is no number: units would be drawn from it all the same."""
        net, seed, wanted = self.trainer.net, self.members[lane].seed, self.spec.evaluation
        names = list(bound_names(wanted))
        units = [f"active_units/{l}" for l, _ in enumerate(net.units) if wanted.active_units]
        if not to_host(self.trainer.rows[lane].isfinite().all()):
            return dict.fromkeys([*[name for name, _, _ in names], *units], float("nan"))
        params, _ = self.trainer.of(lane)
        judge, few = evaluate.JUDGES[self.spec.model.judged_by], self.examples_now
        values = {
            name: judge(net, params, first_examples(self.judged[split], few), seed, split, samples)
            for name, split, samples in names
        }
        if units:
            at = (params, self.judged[-1], seed, len(self.judged) - 1, wanted.counts[0])
            values |= zip(units, evaluate.active_units(net, *at), strict=True)
        return values

    @property
    def examples_now(self) -> int | None:
        """Of each part, those that are evaluated where training stands; None: all."""
        return self.spec.evaluation.examples(self.trainer.at, self.spec.training.steps)

    def measure(self, lane: int) -> dict[str, float]:
        """At the same examples for every estimator of the seed."""
        seed, wanted = self.members[lane].seed, self.spec.measurement
        index = noise.frozen_rows(seed, wanted.examples, len(self.splits[0]["x"]))
        batch = {k: v[index.to(v.device)] for k, v in self.splits[0].items()}
        params, memory = self.trainer.of(lane)
        at = frozen.step_judge(self.trainer.net, params, batch, seed, wanted)
        metrics = frozen.step_metrics(at, self.trainer.estimator, memory)
        for label, shadow in self.shadows.items():
            memory = warm_memory(
                shadow, self.trainer, lane, self.members[lane], self.spec.training, wanted.warm_up
            )
            metrics |= frozen.shadow_metrics(at, label, shadow, memory)
        return metrics

    def note_costs(self, costs: np.ndarray) -> None:
        """Costs [steps, R] of lanes: one that is no number makes its lane unsound."""
        self.sound &= np.isfinite(costs).all(0)

    def ended(self) -> dict[int, Reason]:
        """A cost or a parameter that is no number ends a run; so does the last step."""
        sound = self.sound & to_host(self.trainer.rows.isfinite().all(1)).numpy()
        last = self.trainer.at == self.spec.training.steps
        reasons = {lane: Reason.COMPLETED if sound[lane] else Reason.DIVERGED for lane in self.live}
        return {lane: reason for lane, reason in reasons.items() if last or not sound[lane]}

    def state(self) -> State:
        """Name -> array: with it a program goes on as if it had never stopped, bit for bit."""
        whole = self.trainer.state() | self.clocks.state() | {"sound": self.sound.copy()}
        return whole | ({FUSED: np.ones_like(self.sound)} if "compiled" in self.kernels else {})
