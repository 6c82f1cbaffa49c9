"""Runs, and the series of runs, as they go out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from estimators.specs.states import Reason, State
from service.store.job_views import RunView

from .base import Answer, FieldPage, Number, Page, fields_of, maybe_moment
from .failures import FailureShape


class RunDetail(Answer):
    """One seed at one setting."""

    id: UUID
    job_id: UUID
    number: int = Field(description="its place in the job")
    seed: int
    setting: dict[str, float] = Field(description="its point in the grid of training settings")
    state: State
    reason: Reason | None = Field(description="how it ended; null while it lives")
    step: int = Field(description="steps done")
    steps: int = Field(description="steps to do")
    bundle_id: UUID = Field(description="the runs that train in one program with it")
    lane: int = Field(description="its place in that program")
    width: int = Field(description="lanes of that program")
    attempt: int = Field(description="how often its bundle was claimed")
    summaries: dict[str, float | None] = Field(
        description="last value of every series; null if not finite"
    )
    started_at: datetime | None = Field(
        description="when the runs of its program were first claimed"
    )
    finished_at: datetime | None = Field(description="when it ended; null while it lives")
    error: FailureShape | None = Field(description="why it failed; null where it did not")

    @classmethod
    def of(cls, view: RunView) -> "RunDetail":
        run, bundle = view.run, view.bundle
        return cls(
            **fields_of(run, "id", "job_id", "number", "seed", "setting", "reason", "lane"),
            **fields_of(bundle, "steps", "width", "attempt"),
            state=view.state,
            step=view.step,
            bundle_id=bundle.id,
            summaries=dict(view.summaries),
            started_at=maybe_moment(view.started_at),
            finished_at=maybe_moment(run.ended_at),
            error=FailureShape.of(view.failure),
        )


class RunWhole(RunDetail):
    """A run, and where it trained."""

    environments: list[dict[str, Any]] = Field(
        description="versions, code and hardware of its attempts, each once, in order"
    )

    @classmethod
    def whole(cls, view: RunView, environments: list[dict[str, Any]]) -> "RunWhole":
        return cls(**dict(RunDetail.of(view)), environments=environments)


class RunPage(FieldPage[RunDetail]):
    """Runs of a job, in the order of their numbers."""


class SeriesShape(Answer):
    """Some values of a metric; steps ascend."""

    steps: list[int]
    values: list[Number]


class RunSeries(Answer):
    """The series of a run, by name."""

    run_id: UUID
    number: int = Field(description="the run's place in the job")
    seed: int
    setting: dict[str, float]
    series: dict[str, SeriesShape]


class SeriesPage(Page[RunSeries]):
    """Series of a job's runs, in the order of the runs' numbers."""
