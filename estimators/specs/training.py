"""How a model is trained, evaluated and measured.  What papers leave out is explicit here."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from . import BuiltIn
from .base import Spec, late_field
from .schedules import Constant, Schedule

Rate = Annotated[float, Field(gt=0, le=100)]
Rates = Annotated[tuple[Rate, ...], Field(min_length=1, max_length=32)]
Momentum = Annotated[float, Field(ge=0, lt=1)]
Momenta = Annotated[tuple[Momentum, ...], Field(min_length=1, max_length=32)]


Step = Annotated[int, Field(ge=0, le=100_000_000)]


WeightDecay = Annotated[float, Field(ge=0, le=10)]
Beta = Annotated[float, Field(ge=0, lt=1)]
PULL = "share of a weight, times the rate, that a step takes away; added to the gradient"
APART = "share of a weight, times the rate, that a step takes away; apart from the gradient"


class SGD(Spec):
    """Momentum as torch has it: the rate multiplies the running sum of gradients."""

    name: Literal["sgd"] = "sgd"
    momentum: Momentum | Momenta = Field(0.9, description="one, or a list to form a grid")
    dampening: Momentum = late_field(0.0, description="of a gradient as it joins the running sum")
    nesterov: bool = late_field(False, description="the gradient counts once more, ahead")
    weight_decay: WeightDecay = late_field(0.0, description=PULL)

    @model_validator(mode="after")
    def _nesterov_has_momentum(self) -> "SGD":
        momenta = self.momentum if isinstance(self.momentum, tuple) else (self.momentum,)
        if self.nesterov and (self.dampening or 0.0 in momenta):
            raise ValueError("nesterov wants a momentum above 0 and no dampening")
        return self


class Moments(Spec):
    """An optimiser that follows the first two moments of a gradient."""

    beta1: Beta = 0.9
    beta2: Beta = 0.999


class Adam(Moments):
    """Kingma and Ba, ICLR 2015, arXiv:1412.6980; with amsgrad, Reddi et al., ICLR 2018,
    arXiv:1904.09237."""

    name: Literal["adam"] = "adam"
    eps: float = late_field(1e-8, gt=0, le=1, description="added to the root of the second moment")
    weight_decay: WeightDecay = late_field(0.0, description=PULL)
    amsgrad: bool = late_field(False, description="the second moment never falls")


class AdamW(Moments):
    """Loshchilov and Hutter, ICLR 2019, arXiv:1711.05101."""

    name: Literal["adamw"] = "adamw"
    eps: float = Field(1e-8, gt=0, le=1, description="added to the root of the second moment")
    weight_decay: WeightDecay = Field(0.01, description=APART)
    amsgrad: bool = Field(False, description="the second moment never falls")


class RAdam(Moments):
    """Liu et al., ICLR 2020, arXiv:1908.03265."""

    name: Literal["radam"] = "radam"
    eps: float = Field(1e-8, gt=0, le=1, description="added to the root of the second moment")
    weight_decay: WeightDecay = Field(0.0, description=PULL)
    decoupled_weight_decay: bool = Field(False, description="apart from the gradient, as AdamW")


Optimizer = Annotated[SGD | Adam | AdamW | RAdam, Field(discriminator="name")]


class PartRates(Spec):
    """Of parts of a model, in units of the learning rate; 0: the part stays as it started.  What an
    estimator learns has its own (``tuning_rate``)."""

    encoder: float = Field(1.0, ge=0, le=1_000, description="of the layers that are drawn")
    decoder: float = Field(1.0, ge=0, le=1_000, description="of all else but the prior")
    prior: float = Field(1.0, ge=0, le=1_000, description="of the top layer, where it is learned")


def _every_count_once(counts: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(counts)) < len(counts):
        raise ValueError("every number of samples once")
    return counts


Samples = Annotated[int, Field(ge=1, le=100_000)]
SampleCounts = Annotated[
    tuple[Samples, ...],
    Field(min_length=1, max_length=8, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_every_count_once),
]


class Training(Spec):
    steps: int = Field(6_000, ge=1, le=100_000_000, description="of the optimiser")
    batch_size: int = Field(100, ge=1, le=100_000, description="examples in a minibatch")
    optimizer: Optimizer = SGD()
    learning_rate: Rate | Rates = Field(0.01, description="one, or a list to form a grid")
    reduction: Literal["mean", "sum"] = Field(
        "mean", description="over the minibatch, of costs that are sums over pixels"
    )
    checkpoint_every: int = Field(
        1_000, ge=1, le=10_000_000, description="steps between checkpoints"
    )
    schedule: Schedule = late_field(Constant(), description="what rates are multiplied by")
    part_rates: PartRates = late_field(PartRates())
    clip_norm: float | None = late_field(
        None,
        gt=0,
        le=1e9,
        description="longest gradient of the model's parameters, as reduced; none: any length",
    )
    tf32: bool = late_field(
        False, description="on a GPU, products of numbers rounded to 10 bits of mantissa"
    )


class Evaluation(Spec):
    every: int = Field(
        500, ge=1, le=100_000_000, description="steps between evaluations; also at the end"
    )
    samples: Samples | SampleCounts = Field(
        100,
        description="of the likelihood bound, alike for every estimator; of a list, the first is "
        "the one that boards compare, and each of the others has series of its own",
    )
    active_units: bool = late_field(
        False,
        description="count units whose posterior mean varies over the test data: a series a layer",
    )
    interim_examples: int | None = late_field(
        None,
        ge=1,
        le=1_000_000,
        description="of each part, the first, that evaluations on the way take; the one at the end "
        "and those of full_at take all; none: all, always",
    )
    full_at: Annotated[tuple[Step, ...], Field(max_length=32)] = late_field(
        (), description="steps, besides the last, after which all examples are evaluated"
    )

    def examples(self, step: int, steps: int) -> int | None:
        """How many of each part the evaluation after a step of a run of ``steps`` takes at most;
        None: all."""
        whole = step == steps or step in self.full_at
        return None if whole else self.interim_examples

    def look_counts(self, steps: int) -> tuple[int, int]:
        """(evaluations of all examples, evaluations on the way) of a run of so many steps."""
        whole, regular = {*self.full_at, steps}, range(0, steps, self.every)
        return len(whole), len(regular) - sum(step in regular for step in whole)

    @property
    def counts(self) -> tuple[int, ...]:
        """The samples of every bound; the first is the one that boards compare."""
        return self.samples if isinstance(self.samples, tuple) else (self.samples,)


class Measurement(Spec):
    """Gradient estimates repeated at frozen parameters of the run's own trajectory: its own
    estimator's, and those of shadows, which train nothing."""

    steps: Annotated[tuple[Step, ...], Field(max_length=32)] = Field(
        (), description="after which of the run's steps to measure; none: not at all"
    )
    examples: int = Field(
        100, ge=1, le=10_000, description="of the training data: one frozen minibatch"
    )
    draws: int = Field(200, ge=10, le=1_000_000, description="repeated estimates")
    reference_draws: int = Field(
        200,
        ge=10,
        le=1_000_000,
        description="repeated estimates of the unbiased reference, of 8 samples each",
    )
    shadows: Annotated[tuple[BuiltIn, ...], Field(max_length=64)] = Field(
        (),
        description="other estimators to measure where the run stands, on the same examples "
        "and noise",
    )
    warm_up: int = Field(
        100,
        ge=0,
        le=1_000_000,
        description="steps in which a shadow's memory learns, parameters frozen",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "Measurement":
        if list(self.steps) != sorted(set(self.steps)):
            raise ValueError("steps want to be ascending and different")
        return self
