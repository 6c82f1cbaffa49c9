"""Many estimators at the same frozen parameters, on the same minibatches and the same noise.

With the mean of an estimator's draws on each minibatch as a row, all that is asked of its
expectation is a sum over pairs of different rows, which noise does not inflate; so is the bias,
from the rows less those of a reference on the same minibatches, whose own noise is thereby in the
interval.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from .. import baselines, cost, registry
from ..core import Estimator, Memory
from ..experiment import Program
from ..specs import Declaration
from ..specs import Estimator as Spec
from ..specs.probe import Figures, Findings, Found, Probe, Refused, Report
from ..train import Member, State, Trainer
from . import frozen
from .blocks import Blocks, Point, draw, layers, minibatches, owners, reference, wanted
from .jackknife import interval, mean, pairs, positive, rooted, within_one
from .moving import follow
from .warming import another, warmed

Tell = Callable[[str], None]


def run(spec: Probe, tell: Tell = lambda text: None) -> Report:
    """The whole probe in this process.  ``tell`` hears how far it is."""
    program = trajectory(spec)
    tell(f"{spec.trainer.name} trains {spec.at} steps")
    program.trainer.run(spec.at)
    tell("the reference and leave-one-out")
    judge, pieces = standing(spec, program), []
    for place, each in enumerate(spec.asked, 1):
        tell(f"{each.name}, {place} of {len(spec.asked)}")
        pieces.append(findings(spec, each, judge, program.trainer))
    return Report.joined(spec, pieces)


def trajectory(spec: Probe, state: State | None = None) -> Program:
    """What trains the parameters, from their start or from the ``state`` of a program of one lane."""
    return Program(spec.experiment, {0: member(spec)}, 1, state, getattr(torch, spec.precision))


def standing(spec: Probe, program: Program) -> "Judge":
    """Who judges where the trajectory stands, at minibatches of its training data."""
    trainer = program.trainer
    batches = minibatches(program.splits[0], spec.seed, spec.batches, spec.examples)
    at = Point(trainer.net, trainer.of(0)[0], batches, spec.seed)
    return Judge(at, spec.draws, spec.reference_draws)


def findings(spec: Probe, each: Spec, judge: "Judge", trainer: Trainer) -> Findings:
    """Of one of those that are asked for."""
    exact, estimator = frozen.few(judge.at.net), sift(spec, each)
    if isinstance(estimator, Refused):
        return Findings(exact=exact, refused=(estimator,))
    memory = warmed(estimator, trainer, 0, member(spec), spec.training, spec.warm_up)
    found = judge.find(each, estimator.declares(spec.model), estimator, memory)
    if spec.paper_mode:
        path = another(trainer, member(spec), spec.training)
        moving = follow(estimator, path, member(spec), spec.training, spec.paper_mode, spec.warm_up)
        found = found.model_copy(update={"moving": moving})
    return Findings(exact=exact, found=(found,))


def sift(spec: Probe, each: Spec) -> Estimator | Refused:
    """An estimator, or why it is not measured."""
    try:
        estimator = registry.build(each)
        reason = estimator.refuses(spec.model) or (spec.estimators == "all" and strange(estimator))
    except (LookupError, TypeError, ValueError) as error:  # of a plug-in
        reason = str(error)
    return Refused(estimator=each.model_dump(), reason=reason) if reason else estimator


def strange(estimator: Estimator) -> str | None:
    """Who follows an objective of its own is measured against the model's only if it is named."""
    if estimator.objective in ("single", "bound"):
        return None
    return f"{estimator.name} has an objective of its own, not the model's; named, it is measured."


def member(spec: Probe) -> Member:
    return Member(*spec.experiment.runs[0])


def parts(names: list[str]) -> dict[str, list[str]]:
    """The parts of a gradient that have figures of their own, as lists of layers: all, encoder q*
    and decoder p* where both are, and each layer."""
    sides = {"encoder": "q", "decoder": "p"}
    found = {
        side: [name for name in names if name.startswith(letter)] for side, letter in sides.items()
    }
    halves = {side: own for side, own in found.items() if 0 < len(own) < len(names)}
    return {"all": names} | halves | {name: [name] for name in names if len(names) > 1}


class Judge:
    """Knows what every estimator at one point is compared with."""

    def __init__(self, at: Point, draws: int, reference_draws: int):
        self.at, self.draws = at, draws
        self.reference = reference(at, reference_draws)
        self.pair = draw(frozen.unbiased(at.net, 2), at, Memory(), draws)
        self.names, self.owner = list(layers(at.params)), owners(at.params)

    def find(
        self, spec: Spec, declared: Declaration, estimator: Estimator, memory: Memory
    ) -> Found:
        """Bias and variance are those before normalisation (its scale at one), the cosine that of
        the gradient as trained."""
        plain = baselines.unscaled(memory)
        own = draw(estimator, self.at, plain, self.draws)
        same = all(torch.equal(v, memory.running[k]) for k, v in plain.running.items())
        trained = own if same else draw(estimator, self.at, memory, self.draws)
        u = [v[0] for v in frozen.given(wanted(estimator, self.at), [0])]
        spent = cost.count(estimator, self.at.net, self.at.params, memory, self.at.batch(0), u)
        work = spent.forward + 2 * spent.backward
        return Found(
            estimator=spec.model_dump(),
            declared=declared,
            forward=spent.forward,
            backward=spent.backward,
            seconds=positive(mean(own.seconds)),
            parts={
                part: self.figures(s, own, trained, work) for part, s in parts(self.names).items()
            },
        )

    def figures(
        self, names: list[str], own: Blocks, trained: Blocks, evaluations: float
    ) -> Figures:
        some = [self.names.index(name) for name in names]
        mine = torch.isin(self.owner, torch.tensor(some))
        g, t, r, pair = (b.means[:, mine] for b in (own, trained, self.reference, self.pair))
        (latent, data), (latent2, data2) = spread(own, g, some), spread(self.pair, pair, some)
        variance, apart = latent + data, pairs((g - r) @ (g - r).T)
        wanted, norm = pairs(r @ r.T), pairs(t @ t.T)
        return Figures(
            variance=positive(variance),
            latent=positive(latent),
            data=interval(data),
            log_ratio=interval(variance.log() - (latent2 + data2).log()),
            latent_log_ratio=interval(latent.log() - latent2.log()),
            bias=rooted(apart / wanted.where(wanted > 0, torch.nan)),
            cosine=within_one(interval(pairs(t @ r.T) / (norm * wanted).sqrt())),
            squared_error=positive(variance + apart),
            signal_to_noise=interval(pairs(g @ g.T) / variance),
            work=positive(variance * evaluations),
        )


def spread(blocks: Blocks, means: Tensor, some: list[int]) -> tuple[Tensor, Tensor]:
    """Latent and data part of the variance: the law of total variance, both without bias."""
    latent = mean(blocks.within[:, some].sum(1))
    between = mean(means.square().sum(1)) - pairs(means @ means.T)
    return latent, between - latent / blocks.draws
