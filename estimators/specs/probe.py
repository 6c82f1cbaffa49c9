"""One sentence about a probe: which estimators are measured, where, and on how much."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from . import ESTIMATORS, AnyEstimator
from .base import Estimator, Spec
from .datasets import AnyDataset
from .experiment import Experiment, Seed, refused_field
from .models import AnyModel
from .moving import MovingAverage
from .score_function import VIMCO, ReinforceLOO
from .training import Step, Training

Listed = Annotated[tuple[AnyEstimator, ...], Field(max_length=100)]
Chosen = Annotated[
    Annotated[Literal["all"], Tag("all")] | Annotated[Listed, Tag("listed")],
    Discriminator(lambda value: "all" if isinstance(value, str) else "listed"),
]


class Probe(Spec):
    """Gradient estimates at frozen parameters, of many estimators on equal minibatches and
    noise."""

    model: AnyModel
    dataset: AnyDataset
    estimators: Chosen = Field(
        "all", description="which; all: at their defaults, those that follow the model's objective"
    )
    at: Step = Field(
        0, description="steps of the reference trajectory before parameters are frozen"
    )
    trained_by: AnyEstimator | None = Field(
        None, description="estimator of the trajectory; by default leave-one-out, VIMCO on a bound"
    )
    training: Training = Field(
        Training(), description="of the trajectory; its rate is also that of what estimators learn"
    )
    warm_up: int = Field(
        3_200,
        ge=0,
        le=1_000_000,
        description="steps at most in which an estimator's memory learns, parameters frozen, until"
        " it has settled",
    )
    batches: int = Field(32, ge=8, le=1_000, description="minibatches, each drawn for itself")
    examples: int = Field(100, ge=1, le=10_000, description="in a minibatch")
    draws: int = Field(12, ge=2, le=100_000, description="repeated estimates on each minibatch")
    reference_draws: int = Field(
        12,
        ge=2,
        le=100_000,
        description="the unbiased reference's on each, of 8 samples; unused if exact",
    )
    paper_mode: MovingAverage | None = Field(
        None,
        description="also variance as papers print it: moving averages along the trajectory, from"
        " there",
    )
    precision: Literal["float32", "float64"] = Field(
        "float32",
        description="of all gradients; training's, float32, rounds relative biases at about 1e-5",
    )
    seed: Seed = Field(0, description="of the trajectory, of minibatches and of noise")

    @model_validator(mode="after")
    def _fits_together(self) -> "Probe":
        if not self.estimators:
            raise refused_field("/estimators", "Nothing to measure.", "Name estimators, or all.")
        if self.trainer.refuses(self.model):
            raise refused_field("/trained_by", f"{self.trainer.refuses(self.model)}")
        if len(self.experiment.runs) > 1:
            raise refused_field("/training", "A trajectory has one learning rate and one momentum.")
        if self.at > self.training.steps:
            raise refused_field(
                "/at", f"Nothing happens after step {self.training.steps} of training."
            )
        if self.at + self.followed > self.training.steps:
            most = f"Follow {self.training.steps - self.at} steps at most, or train for longer."
            raise refused_field(
                "/paper_mode/steps", f"Training ends at step {self.training.steps}.", most
            )
        return self

    @property
    def trainer(self) -> Estimator:
        if self.trained_by:
            return self.trained_by
        return VIMCO() if self.model.bound > 1 else ReinforceLOO()

    @property
    def asked(self) -> tuple[Estimator, ...]:
        """Those to be measured, or to be told why not."""
        if isinstance(self.estimators, str):
            return tuple(cls.model_validate({}) for cls in ESTIMATORS.values())
        return self.estimators

    @property
    def effort(self) -> int:
        """Gradients of a minibatch that one estimator is asked for, at most."""
        return self.warm_up + self.batches * self.draws + 2 * self.followed

    @property
    def followed(self) -> int:
        """Steps of the trajectory that the paper's mode takes, with a gradient of each of the
        two."""
        return self.paper_mode.steps if self.paper_mode else 0

    @property
    def steps(self) -> int:
        """What the whole comes to, in gradients of a minibatch: those of the trajectory, then those
        of each estimator; the reference's are left out."""
        return self.at + len(self.asked) * self.effort

    @property
    def boundaries(self) -> list[int]:
        """Where it may go on after an end: the trajectory's checkpoints, then every estimator."""
        on_the_way = range(0, self.at, self.training.checkpoint_every)
        estimators = range(self.at, self.steps, self.effort)
        return [*on_the_way, *estimators, self.steps][1:]

    @property
    def experiment(self) -> Experiment:
        """Of which the reference trajectory is the only run."""
        parts = {"model": self.model, "dataset": self.dataset, "training": self.training}
        return Experiment.model_validate(parts | {"estimator": self.trainer, "seeds": (self.seed,)})
