"""What the rates of a step are multiplied by: a function of the step's number alone.

None of them knows how long the training is: a run that goes on further goes on as it would have.
Each is torch's formula in closed form, so that nothing of it is kept between steps.
"""

import math
from abc import abstractmethod
from bisect import bisect_right
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Spec, late_field

Moment = Annotated[int, Field(ge=1, le=100_000_000)]


class Shape(Spec):
    """A schedule without its warm-up."""

    warm_up: int = late_field(
        0, ge=0, le=100_000_000, description="first steps, in which the rate rises linearly"
    )

    def factor(self, step: int) -> float:
        """At the step that ``step`` others came before.  Warm-up of W steps multiplies them by
        1/W, 2/W, ..., 1."""
        risen = min(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        return self.share(step) * risen

    @abstractmethod
    def share(self, step: int) -> float:
        """The same without warm-up."""


class Constant(Shape):
    name: Literal["constant"] = "constant"

    def share(self, step: int) -> float:
        return 1.0


class StepList(Shape):
    """``factor_each`` once more after each of the steps named."""

    name: Literal["steps"] = "steps"
    at: Annotated[tuple[Moment, ...], Field(min_length=1, max_length=64)]
    factor_each: float = Field(0.1, gt=0, le=10)

    @model_validator(mode="after")
    def _in_order(self) -> "StepList":
        if list(self.at) != sorted(set(self.at)):
            raise ValueError("steps want to be ascending and different")
        return self

    def share(self, step: int) -> float:
        return self.factor_each ** bisect_right(self.at, step)


class Exponential(Shape):
    """``factor_each`` to the power of step / every."""

    name: Literal["exponential"] = "exponential"
    factor_each: float = Field(gt=0, le=1)
    every: Moment = Field(1, description="steps")

    def share(self, step: int) -> float:
        return float(self.factor_each ** (step / self.every))


class Cosine(Shape):
    """Loshchilov and Hutter, ICLR 2017, arXiv:1608.03983, without restarts: from 1 to ``last``
    over the steps named, and ``last`` from there on."""

    name: Literal["cosine"] = "cosine"
    over: Moment = Field(description="steps")
    last: float = Field(0.0, ge=0, le=1)

    def share(self, step: int) -> float:
        done = min(step / self.over, 1.0)
        return self.last + (1 - self.last) * (1 + math.cos(math.pi * done)) / 2


Schedule = Annotated[Constant | StepList | Exponential | Cosine, Field(discriminator="name")]
