"""Protocols: what a benchmark asks of every estimator, declared before any run.

A protocol has a name and a version, and never changes: a change is a new version.  Official ones
are files in ``benchmarks/``, with the digests of all that were ever shipped beside them.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from . import ESTIMATORS, AnyEstimator
from .base import Estimator, Spec, late_field
from .datasets import AnyDataset
from .experiment import Experiment, Seeds
from .models import AnyModel
from .training import Evaluation, Measurement, Optimizer, Rate, Rates, Training

FOLDER = Path(__file__).with_name("benchmarks")
DIGESTS = "digests.json"
SEEDS, FEW_SEEDS, FEW_ENTRIES = 20, 10, 7
NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Tuning(Spec):
    """What every entry may try before it is confirmed: each rate, on each of these seeds; or, in as
    many trials, some of the rates at settings of its own."""

    learning_rates: Rates
    seeds: Seeds

    @property
    def trials(self) -> int:
        """Settings that are tried, alike for every entry."""
        return len(self.learning_rates)


class Budgets(Spec):
    """How much of each axis a board looks at; steps are all that is trained."""

    steps: int = Field(ge=1, le=100_000_000)
    evaluations: float | None = Field(None, gt=0, description="of the cost, per example")
    seconds: float | None = Field(None, gt=0, description="of training, on one kind of device")


class Reach(Spec):
    """Validation bounds to arrive at, fixed beforehand: where the reference stands in the mean of
    its tuning seeds after some share of its steps (``benchmarks.reach_targets``)."""

    reference: AnyEstimator
    learning_rate: Rate
    target: float = Field(description="that a reach board asks for")
    targets: Annotated[tuple[float, ...], Field(max_length=32)] = late_field(
        (), description="that a profile draws together, the easiest first"
    )
    source: str = late_field(
        "", max_length=300, description="of the targets, where it is not all of that"
    )


class Protocol(Spec):
    """A registered benchmark."""

    name: Annotated[str, Field(pattern=NAME, max_length=60)]
    version: int = Field(ge=1, le=9_999)
    title: str = Field(min_length=1, max_length=300)
    model: AnyModel
    dataset: AnyDataset
    budgets: Budgets
    batch_size: int = Field(ge=1, le=100_000)
    optimizer: Optimizer
    reduction: Literal["mean", "sum"] = "mean"
    evaluation: Evaluation
    measurement: Measurement = Field(Measurement(), description="of confirmation runs")
    tuning: Tuning
    seeds: Seeds = Field(description="of confirmation, never seen in tuning")
    entries: int | None = Field(
        None, ge=2, le=1_000, description="that it holds at most; none: as many as come"
    )
    reach: Reach | None = None
    looks: int = Field(1, ge=1, le=100, description="how often its board may be tested")

    @model_validator(mode="after")
    def _seeds_suffice(self) -> "Protocol":
        if shared := set(self.seeds) & set(self.tuning.seeds):
            raise ValueError(f"seeds {sorted(shared)} are in tuning and in confirmation")
        few = self.entries is not None and self.entries <= FEW_ENTRIES
        least = FEW_SEEDS if few else SEEDS
        if len(self.seeds) < least:
            raise ValueError(
                f"confirmation wants {least} seeds at least, and has {len(self.seeds)}"
            )
        return self

    @model_validator(mode="after")
    def _can_be_trained(self) -> "Protocol":
        if isinstance(getattr(self.optimizer, "momentum", 0.0), tuple):
            raise ValueError("momentum is one value: rates alone are tuned")
        if not any(map(self.serves, default_estimators())):
            raise ValueError("no estimator serves this model on these data")
        return self

    @property
    def id(self) -> str:
        return f"{self.name}@{self.version}"

    @cached_property
    def benchmark_id(self) -> str:
        """Of the experiments that it comes to, whatever the estimator."""
        return self.tuning_experiment(self.entrants()[0]).benchmark_id

    def tuning_experiment(
        self, estimator: Estimator, learning_rates: Rates | None = None
    ) -> Experiment:
        """Every rate on every tuning seed, or some of them.  Raises ValidationError where it does
        not serve."""
        rates = learning_rates or self.tuning.learning_rates
        return self._experiment(estimator, rates, self.tuning.seeds)

    def confirmation_experiment(self, estimator: Estimator, learning_rate: float) -> Experiment:
        """The rate that was chosen, on the seeds that decide."""
        measured = {"measurement": self.measurement}
        return self._experiment(estimator, learning_rate, self.seeds, **measured)

    def entrants(self) -> list[Estimator]:
        """The built-in estimators that serve, at their default settings."""
        return [one for one in default_estimators() if self.serves(one)]

    def serves(self, estimator: Estimator) -> bool:
        try:
            self.tuning_experiment(estimator)
        except ValidationError:
            return False
        return True

    def _experiment(
        self, estimator: Estimator, rates: float | Rates, seeds: Seeds, **more: Any
    ) -> Experiment:
        training = Training(
            steps=self.budgets.steps,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            learning_rate=rates,
            reduction=self.reduction,
            checkpoint_every=max(self.budgets.steps // 10, 1),
        )
        return Experiment(
            model=self.model,
            estimator=estimator,
            dataset=self.dataset,
            training=training,
            evaluation=self.evaluation,
            seeds=seeds,
            **more,
        )


def newest_versions(protocols: Iterable[Protocol]) -> list[Protocol]:
    """Of every name, by names."""
    by_age = sorted(protocols, key=lambda one: (one.name, one.version))
    return list({one.name: one for one in by_age}.values())


def default_estimators() -> Iterator[Estimator]:
    """Every built-in one, at its default settings."""
    return (kind.model_validate({}) for kind in ESTIMATORS.values())


@cache
def official_protocols() -> dict[str, Protocol]:
    """Those that ship with the package, by name and version."""
    return {protocol.id: protocol for protocol in _read_folder()}


def _read_folder() -> Iterator[Protocol]:
    for path in sorted(FOLDER.glob("*.json")):
        if path.name != DIGESTS:
            yield Protocol.model_validate_json(path.read_text())


def shipped_digests() -> dict[str, str]:
    """The digest of every official protocol that was ever shipped, by name and version."""
    digests: dict[str, str] = json.loads((FOLDER / DIGESTS).read_text())
    return digests
