"""One sentence about an experiment: what is trained, how, on what, and which numbers are taken."""

from itertools import product
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from . import ESTIMATORS, AnyEstimator
from .base import Spec, digest
from .datasets import DATASETS, AnyDataset
from .models import AnyModel, Model
from .series_labels import series_label
from .training import Evaluation, Measurement, Training

# Of this language: it enters every hash.
VERSION = 1
# Runs that train in one program, at most.
WIDTH = 8


def _distinct_seeds(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) < len(seeds):
        raise ValueError("every seed once")
    return seeds


LAST_SEED = 2**31 - 1
Seed = Annotated[int, Field(ge=0, le=LAST_SEED)]
Seeds = Annotated[
    tuple[Seed, ...],
    Field(min_length=1, max_length=1_000, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_distinct_seeds),
]


class Experiment(Spec):
    """The smallest one names a model, an estimator and a dataset."""

    model: AnyModel
    estimator: AnyEstimator
    dataset: AnyDataset
    training: Training = Training()
    evaluation: Evaluation = Evaluation()
    measurement: Measurement = Measurement()
    seeds: Seeds = (0, 1, 2, 3, 4)

    @model_validator(mode="after")
    def _fits_together(self) -> "Experiment":
        if reason := self.estimator.refuses(self.model):
            raise refused_field("/estimator", reason, who_serves(self.model))
        if reason := self.dataset.refuses(self.model):
            raise refused_field("/dataset", reason, _who_holds(self.model))
        if self.measurement.steps and self.measurement.steps[-1] > self.training.steps:
            last = self.training.steps
            raise refused_field(
                "/measurement/steps",
                f"Nothing happens after step {last}.",
                f"Name steps up to {last}.",
            )
        if self.training.part_rates.prior != 1 and not self.model.learns_prior:
            raise refused_field(
                "/training/part_rates/prior",
                f"{self.model.name} learns no prior here: its rate would do nothing.",
                "Leave it out.",
            )
        if any(step > self.training.steps for step in self.evaluation.full_at):
            last = self.training.steps
            raise refused_field("/evaluation/full_at", f"Nothing happens after step {last}.")
        if len(self.runs) > 10_000:
            raise refused_field("/seeds", f"{len(self.runs)} runs; a job has 10,000 at most.")
        return self

    @model_validator(mode="after")
    def _shadows_fit(self) -> "Experiment":
        field, measurement = "/measurement/shadows", self.measurement
        for number, shadow in enumerate(measurement.shadows):
            if reason := shadow.refuses(self.model):
                raise refused_field(f"{field}/{number}", reason, who_serves(self.model))
        if len({series_label(shadow) for shadow in measurement.shadows}) < len(measurement.shadows):
            raise refused_field(field, "An estimator is named twice.", "Name every shadow once.")
        if measurement.shadows and not measurement.steps:
            raise refused_field(
                "/measurement/steps", "Shadows are measured at no step.", "Name steps."
            )
        return self

    @property
    def settings(self) -> list[dict[str, float]]:
        """The grid of elementwise training settings."""
        grid = {"learning_rate": self.training.learning_rate}
        if hasattr(self.training.optimizer, "momentum"):
            grid["momentum"] = self.training.optimizer.momentum
        axes = [value if isinstance(value, tuple) else (value,) for value in grid.values()]
        return [dict(zip(grid, values, strict=True)) for values in product(*axes)]

    @property
    def runs(self) -> list[tuple[int, dict[str, float]]]:
        """(seed, setting) of every run, in order."""
        return [(seed, setting) for setting in self.settings for seed in self.seeds]

    @property
    def benchmark(self) -> dict[str, Any]:
        """What an estimator is judged on: all but estimator, seeds and elementwise training
        settings."""
        about = self.model_dump(mode="json", exclude={"estimator", "seeds", "measurement"})
        del about["training"]["learning_rate"], about["training"]["checkpoint_every"]
        about["training"]["optimizer"].pop("momentum", None)
        return about | {"version": VERSION}

    @property
    def benchmark_id(self) -> str:
        return digest(self.benchmark)

    @property
    def cell_id(self) -> str:
        """A benchmark and an estimator with its settings."""
        return digest([self.benchmark, self.estimator.model_dump(mode="json")])


def refused_field(field: str, reason: str, fix: str = "") -> PydanticCustomError:
    """A refusal that says which field it is about (a JSON pointer), and what would be right."""
    return PydanticCustomError(
        "refused", "{reason}", {"field": field, "reason": reason, "fix": fix}
    )


def who_serves(model: Model) -> str:
    """The estimators that would do, at their defaults."""
    fit = [name for name, cls in ESTIMATORS.items() if not cls.model_validate({}).refuses(model)]
    return f"These do: {', '.join(fit)}."


def _who_holds(model: Model) -> str:
    """The datasets that would do, at their defaults."""
    fit = [name for name, cls in DATASETS.items() if not cls.model_validate({}).refuses(model)]
    return f"These do: {', '.join(fit)}."
