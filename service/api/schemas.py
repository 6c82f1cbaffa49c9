"""What goes out over the wire.  What comes in is in `service.submission`."""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from service.store.job_views import JobView, RunView
from service.store.models import Event, Job, Run

MOST = 2**31 - 1
Kind = Literal["train", "probe"]
State = Literal["queued", "running", "cancelling", "succeeded", "failed", "cancelled"]
Reason = Literal["completed", "diverged", "cancelled", "error", "oom", "timeout", "lost"]
Number = float | Literal["NaN", "Infinity", "-Infinity"]


class Answer(BaseModel):
    model_config = ConfigDict(ser_json_inf_nan="strings")


class JobSummary(Answer):
    """A job and how far it is."""

    id: UUID
    kind: Kind
    state: State = Field(
        description="what its liveliest run does, or else the worst that became of one"
    )
    counts: dict[State, int] = Field(description="runs by state")
    progress: float = Field(ge=0, le=1, description="share of the steps of all runs")
    model: str
    estimator: str | None = Field(description="null of a probe, as are benchmark and cell")
    dataset: str
    benchmark: str | None = Field(description="the board that it stands on")
    cell: str | None = Field(description="the benchmark, and the estimator with its settings")
    labels: dict[str, str]
    owner: str
    created_at: datetime

    @classmethod
    def fields_of(cls, view: JobView) -> dict[str, Any]:
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
            "benchmark": job.benchmark_id,
            "cell": job.cell_id,
            "labels": job.labels,
            "owner": job.owner,
            "created_at": moment(job.created_at),
        }

    @classmethod
    def of(cls, view: JobView) -> "JobSummary":
        return cls(**cls.fields_of(view))


class JobDetail(JobSummary):
    """All of a job but its runs."""

    spec: dict[str, Any] = Field(description="the experiment or the probe, with all its defaults")
    parent: UUID | None = Field(description="the job that it extends")
    version: int = Field(description="the number of its last event")
    links: dict[str, str]

    @classmethod
    def of(cls, view: JobView) -> "JobDetail":
        job = view.job
        more = {
            "spec": job.spec,
            "parent": job.parent_id,
            "version": job.version,
            "links": _links(job),
        }
        return cls(**cls.fields_of(view), **more)


def _links(job: Job) -> dict[str, str]:
    home = f"/v1/jobs/{job.id}"
    parts = {name: f"{home}/{name}" for name in ("runs", "events", "series")}
    board = {"leaderboard": f"/v1/leaderboards/{job.benchmark_id}"}
    return {"self": home, **parts, **(board if job.benchmark_id else {"report": f"{home}/report"})}


class RunDetail(Answer):
    """One seed at one setting."""

    id: UUID
    job: UUID
    number: int = Field(description="its place in the job")
    seed: int
    setting: dict[str, float] = Field(description="its point in the grid of training settings")
    state: State
    reason: Reason | None = Field(description="how it ended")
    step: int
    steps: int
    bundle: UUID = Field(description="the runs that train in one program with it")
    lane: int
    width: int
    attempt: int = Field(description="how often its bundle was claimed")
    summaries: dict[str, float | None] = Field(
        description="last value of every series; null if not finite"
    )
    ended_at: datetime | None

    @classmethod
    def of(cls, view: RunView) -> "RunDetail":
        run, bundle = view.run, view.bundle
        return cls(
            **_same(run, "id", "number", "seed", "setting", "reason", "lane"),
            **_same(bundle, "steps", "width", "attempt"),
            job=run.job_id,
            state=view.state,
            step=view.step,
            bundle=bundle.id,
            summaries=dict(view.summaries),
            ended_at=moment(run.ended_at) if run.ended_at else None,
        )


class RunWhole(RunDetail):
    """A run, and where it trained."""

    environments: list[dict[str, Any]] = Field(
        description="versions, code and hardware of its attempts, each once, in order"
    )

    @classmethod
    def whole(cls, view: RunView, environments: list[dict[str, Any]]) -> "RunWhole":
        return cls(**dict(RunDetail.of(view)), environments=environments)


class EventShape(Answer):
    """Something that happened to a job."""

    number: int
    type: str = Field(examples=["submitted", "claimed", "ended", "retried"])
    data: dict[str, Any]
    at: datetime

    @classmethod
    def of(cls, event: Event) -> "EventShape":
        return cls(**_same(event, "number", "type", "data"), at=moment(event.at))


class JobPage(Answer):
    data: list[JobSummary]
    next_cursor: str | None = Field(description="give it as ``cursor`` to go on; null at the end")


class RunPage(Answer):
    data: list[RunDetail]
    next_cursor: int | None = Field(description="give it as ``after`` to go on; null at the end")


class EventPage(Answer):
    data: list[EventShape]
    last: int = Field(description="give it as ``after`` to go on")
    state: State


class SeriesShape(Answer):
    """Some values of a metric; steps ascend."""

    steps: list[int]
    values: list[Number]


class RunSeries(Answer):
    """The series of a run, by name."""

    run: UUID
    number: int
    seed: int
    setting: dict[str, float]
    series: dict[str, SeriesShape]


class SeriesPage(Answer):
    data: list[RunSeries]
    next_cursor: int | None = Field(description="give it as ``after`` to go on; null at the end")


def _same(row: Run | Event | Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
