"""What every spec is, and what an estimator's spec says of itself.  Pydantic only: no torch in
specs."""

import hashlib
import json
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from .models import Model

ANY = ("bernoulli", "categorical", "gaussian")
Property = Literal["all", "all_up_to_scale", "quadratic_per_unit", "quadratic", "linear", "none"]
Objective = Literal["single", "bound", "wake_sleep", "reweighted_wake_sleep"]


class Spec(BaseModel):
    """A frozen sentence about an experiment.  A field that it does not know is an error.  A whole
    float passes for an integer, as in JSON Schema."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False)

    @property
    def canonical(self) -> str:
        """Defaults filled in, keys sorted, no spaces: equal specs have one text."""
        return canonical(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        return digest(self.model_dump(mode="json"))


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: object) -> str:
    """The first 16 hex digits of the SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:16]


def late_field(default: Any, **about: Any) -> Any:
    """A field that came after specs had been hashed: at its default it is left out of what is
    written, so that the digest of an old spec stays what it was."""
    return Field(default, exclude_if=lambda value: value == default, **about)


class Declaration(Spec):
    """What an estimator promises on one net.  The oracle and the counter hold it to that."""

    unbiased_for: Property
    objective: Objective
    families: tuple[str, ...]
    forward: float  # evaluations of the cost, per example and step
    backward: float


class Estimator(Spec):
    """What is true of the class is a class variable; what hangs on settings or model is a method.
    The first line of the docstring is the paper."""

    name: str
    unbiased_for: ClassVar[Property] = "all"
    objective: ClassVar[Objective] = "single"  # "bound" serves every K, one included
    families: ClassVar[tuple[str, ...]] = ("bernoulli", "categorical")
    autoregressive: ClassVar[bool] = True  # serves layers whose units follow one another
    dreams: ClassVar[bool] = False  # wants a net that samples from the top down
    # Whether it takes log q out of the cost, or weighs by it: of all layers, then.
    weighs_log_q: ClassVar[bool] = False
    of_values: ClassVar[bool] = (
        True  # noise reaches the estimate through the values drawn, and not otherwise
    )
    certified: ClassVar[tuple[dict[str, Any], ...]] = ({},)  # the settings that the oracle runs

    def evaluations(self, model: "Model") -> tuple[float, float]:
        """(forward, backward)"""
        return 1, 1

    def holds(self, model: "Model") -> Property:
        return self.unbiased_for

    def declares(self, model: "Model") -> Declaration:
        forward, backward = self.evaluations(model)
        return Declaration(
            unbiased_for=self.holds(model),
            objective=self.objective,
            families=self.families,
            forward=forward,
            backward=backward,
        )

    def refuses(self, model: "Model") -> str | None:
        """Why this estimator does not serve this model; None if it does."""
        strangers = {layer.family for layer in model.layers} - set(self.families)
        if strangers:
            return f"{self.name} does not serve {', '.join(sorted(strangers))} units."
        if model.bound > 1 and self.objective != "bound":
            return f"{self.name} does not serve the bound of several samples."
        if model.autoregressive and not self.autoregressive:
            return f"{self.name} wants layers whose units are drawn together."
        if self.weighs_log_q and model.analytic:
            return f"{self.name} wants log q in the cost: kl sampled."
        if self.dreams and not model.dreams:
            return f"{self.name} wants a model that samples from the top down."
        return None


class Tuned(Estimator):
    """An estimator that learns something of its own: what makes small the square of its gradient,
    or of its signal."""

    fits: ClassVar[Literal["gradient", "signal"]] = "gradient"
    tuning_rate: float = Field(
        10.0, gt=0, le=1e6, description="learning rate of what it learns, times the model's rate"
    )


class Baselined(Tuned):
    """An estimator that may fit a baseline to its signal.  At ten times the model's rate, and with
    momentum, a baseline of 100 tanh units diverges at every rate that trains the model
    (docs/demo-rates.md)."""

    fits: ClassVar[Literal["gradient", "signal"]] = "signal"
    tuning_rate: float = Field(
        0.1, gt=0, le=1e6, description="learning rate of what it learns, times the model's rate"
    )


class Signal(Spec):
    """What is done to a learning signal before it multiplies the score."""

    centre: bool = Field(False, description="less a running mean")
    input_dependent: int = Field(
        0, ge=0, le=10_000, description="tanh units of a learned baseline; 0: none"
    )
    normalise: bool = Field(False, description="over a running deviation, where that exceeds one")
    decay: float = Field(0.9, ge=0, lt=1, description="of the running mean and variance")
    sees: Literal["observed", "layer"] = late_field(
        "observed",
        description="what the learned baseline sees; layer: what its own layer does, and y where"
        " there is one (NVIL); observed: where there is a y, x and y (MuProp), else its own"
        " layer's input",
    )
