"""How a model is trained, evaluated and measured.  What papers leave out is explicit here."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from . import BuiltIn
from .base import Spec

Rate = Annotated[float, Field(gt=0, le=100)]
Rates = Annotated[tuple[Rate, ...], Field(min_length=1, max_length=32)]
Momentum = Annotated[float, Field(ge=0, lt=1)]
Momenta = Annotated[tuple[Momentum, ...], Field(min_length=1, max_length=32)]


Step = Annotated[int, Field(ge=0, le=100_000_000)]


class SGD(Spec):
    name: Literal["sgd"] = "sgd"
    momentum: Momentum | Momenta = Field(0.9, description="one, or a list to form a grid")


class Adam(Spec):
    name: Literal["adam"] = "adam"
    beta1: float = Field(0.9, ge=0, lt=1)
    beta2: float = Field(0.999, ge=0, lt=1)


Optimizer = Annotated[SGD | Adam, Field(discriminator="name")]


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


class Evaluation(Spec):
    every: int = Field(
        500, ge=1, le=100_000_000, description="steps between evaluations; also at the end"
    )
    samples: int = Field(
        100, ge=1, le=100_000, description="of the likelihood bound, alike for every estimator"
    )


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
        description="other estimators to measure where the run stands, on the same examples and noise",
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
