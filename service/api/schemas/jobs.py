"""Jobs, as they go out."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from estimators.specs.states import State
from service.store.job_views import JobView
from service.store.models import Job

from .base import Answer, FieldPage, maybe_moment, moment
from .failures import FailureShape

Kind = Literal["train", "probe"]


class JobSummary(Answer):
    """A job and how far it is."""

    id: UUID
    kind: Kind
    state: State = Field(
        description="what its liveliest run does, or else the worst that became of one"
    )
    counts: dict[State, int] = Field(description="runs by state")
    progress: float = Field(
        ge=0,
        le=1,
        description="share of the steps of all runs; one without a result stands where it stopped",
    )
    model: str
    estimator: str | None = Field(description="null of a probe, as are benchmark_id and cell_id")
    dataset: str
    benchmark_id: str | None = Field(description="the benchmark whose board it stands on")
    cell_id: str | None = Field(description="the benchmark, and the estimator with its settings")
    labels: dict[str, str]
    owner: str
    created_at: datetime
    started_at: datetime | None = Field(description="when its first run began to train")
    finished_at: datetime | None = Field(
        description="when its last run ended; null while one lives"
    )
    archived_at: datetime | None = Field(description="since when lists leave it out")
    error: FailureShape | None = Field(description="why it failed; null where it did not")

    @classmethod
    def fields_of(cls, view: JobView) -> dict[str, Any]:
        """The fields of a summary, by name."""
        job = view.job
        return {
            "id": job.id,
            "kind": job.kind,
            "state": view.state,
            "counts": view.counts,
            "progress": min(1.0, view.done / view.total),
            "model": job.spec["model"]["name"],
            "estimator": job.estimator,
            "dataset": job.spec["dataset"]["name"],
            "benchmark_id": job.benchmark_id,
            "cell_id": job.cell_id,
            "labels": job.labels,
            "owner": job.owner,
            "created_at": moment(job.created_at),
            "started_at": maybe_moment(view.started_at),
            "finished_at": maybe_moment(view.finished_at),
            "archived_at": maybe_moment(job.archived_at),
            "error": FailureShape.of(view.failure),
        }

    @classmethod
    def of(cls, view: JobView) -> "JobSummary":
        return cls(**cls.fields_of(view))


class JobDetail(JobSummary):
    """All of a job but its runs."""

    spec: dict[str, Any] = Field(description="the experiment or the probe, with all its defaults")
    parent_id: UUID | None = Field(description="the job that it extends")
    version: int = Field(description="the number of its last event")
    links: dict[str, str] = Field(description="addresses of what belongs to it")

    @classmethod
    def fields_of(cls, view: JobView) -> dict[str, Any]:
        """The fields of a detail, by name."""
        job = view.job
        more = {
            "spec": job.spec,
            "parent_id": job.parent_id,
            "version": job.version,
            "links": _links(job),
        }
        return super().fields_of(view) | more

    @classmethod
    def of(cls, view: JobView) -> "JobDetail":
        return cls(**cls.fields_of(view))


class SubmittedJob(JobDetail):
    """A job that was just submitted."""

    warnings: list[str] = Field(description="what keeps it from training, as the fleet is now")


def _links(job: Job) -> dict[str, str]:
    home = f"/v1/jobs/{job.id}"
    parts = {name: f"{home}/{name}" for name in ("runs", "events", "series", "queue")}
    board = {"leaderboard": f"/v1/leaderboards/{job.benchmark_id}"}
    return {"self": home, **parts, **(board if job.benchmark_id else {"report": f"{home}/report"})}


class JobPage(FieldPage[JobSummary]):
    """Jobs, the newest first; with ``fields``, those of each."""
