"""What a model is: its layers, its objective, and the part of the data that it sees.

Sizes of inputs and outputs are the dataset's: a model is built with ``sizes``, for instance
{"x": 32, "y": 32}.
"""

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from .base import Spec

Units = Annotated[int, Field(ge=1, le=10_000, description="units")]


class Bernoulli(Spec):
    family: Literal["bernoulli"] = "bernoulli"
    n: Units
    autoregressive: bool = Field(False, description="each unit sees those before it")


class Categorical(Spec):
    family: Literal["categorical"] = "categorical"
    n: Units
    classes: int = Field(ge=2, le=1_000)


class Gaussian(Spec):
    family: Literal["gaussian"] = "gaussian"
    n: Units


Layer = Annotated[Bernoulli | Categorical | Gaussian, Field(discriminator="family")]
Layers = Annotated[tuple[Layer, ...], Field(min_length=1, max_length=16, description="from the input up")]


class Model(Spec):
    """The docstring of a model says what it is; ``net`` names the module and class that build it."""

    name: str
    layers: Layers
    bound: int = Field(
        1, ge=1, le=1_000, description="samples K of the training objective; 1 is the ordinary one"
    )
    net: ClassVar[tuple[str, str]]  # (module in estimators.nets, class)
    task: ClassVar[Literal["halves", "pixels", "nothing"]]  # what it sees of an image
    dreams: ClassVar[bool] = False
    likelihood: ClassVar[bool] = True  # the cost of a sample is -log of one, or of a weight of importance

    @property
    def autoregressive(self) -> bool:
        return any(getattr(layer, "autoregressive", False) for layer in self.layers)

    @property
    def configurations(self) -> int:
        """How many values the layers take, all together."""
        return math.prod(getattr(layer, "classes", 2) ** layer.n for layer in self.layers)

    @property
    def reach(self) -> list[float]:
        """Per layer, the share of an evaluation that a walk from there up takes."""
        depth = len(self.layers)
        return [1 - k / depth for k in range(depth)]


class StructuredPrediction(Model):
    """p(y|x) through stochastic layers: the bottom half of an image from its top half."""

    name: Literal["structured_prediction"] = "structured_prediction"
    layers: Layers = (Bernoulli(n=64), Bernoulli(n=64))
    net = ("structured_prediction", "StructuredPrediction")
    task = "halves"


class SigmoidBeliefNet(Model):
    """Variational: q(z|x) from the image up, p(x, z) from the top down.  The cost is the negative ELBO."""

    name: Literal["sigmoid_belief_net"] = "sigmoid_belief_net"
    layers: Layers = (Bernoulli(n=64),)
    net = ("belief_net", "BeliefNet")
    task = "pixels"
    dreams = True


class Toy(Model):
    """E[mean of (b - t)^2] over Bernoulli units b, each with a logit of its own.  No data."""

    name: Literal["toy"] = "toy"
    layers: tuple[Bernoulli] = (Bernoulli(n=1),)
    bound: Literal[1] = 1
    target: float = Field(0.499, ge=0, le=1, description="t")
    net = ("toy", "Toy")
    task, likelihood = "nothing", False

    @field_validator("layers")
    @classmethod
    def _alone(cls, layers: tuple[Bernoulli]) -> tuple[Bernoulli]:
        if layers[0].autoregressive:
            raise ValueError("the units of the toy see nothing, and not each other")
        return layers


AnyModel = Annotated[StructuredPrediction | SigmoidBeliefNet | Toy, Field(discriminator="name")]
MODELS: dict[str, type[Model]] = {
    "structured_prediction": StructuredPrediction,
    "sigmoid_belief_net": SigmoidBeliefNet,
    "toy": Toy,
}
