"""The trajectories of a suite's rows as jobs, a probe for each row and step, and what they have
found."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Annotated, Any, NamedTuple

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from estimators.specs import trajectories
from estimators.specs.findings import Report
from estimators.specs.suites import Scale, TableCell, file_name, table_cells
from estimators.specs.training import Step
from estimators.specs.trajectories import STEPS
from service import errors, jobs
from service.errors import Fault
from service.probe_reports import probe_report
from service.store import findings
from service.store.job_views import JobView
from service.submission import Treatment, validate_strictly
from service.suites.submission import job_keys


class TrajectoriesSubmission(Treatment):
    """Which rows of a suite, where along their trajectories to measure, and how to treat
    the jobs."""

    model_config = ConfigDict(
        title="TrajectoriesSubmission", json_schema_extra={"examples": [{"scale": "digits"}]}
    )

    scale: Scale = "digits"
    rows: str = Field("*", max_length=200, description="a pattern: only rows whose id fits")
    at: Annotated[tuple[Step, ...], Field(min_length=1, max_length=20)] = Field(
        STEPS, description="steps after which parameters are frozen"
    )


class PointJob(NamedTuple):
    """One point of a row's trajectory, and its job."""

    row: str
    at: int
    job: JobView
    lacking: str  # data that are not on this machine


def parse_trajectories(value: Any) -> TrajectoriesSubmission:
    """Raises Malformed, Refused, Invalid."""
    return validate_strictly(TrajectoriesSubmission, value)


def submit_trajectories(
    session: Session, owner: str, suite: str, body: TrajectoriesSubmission, key: str | None = None
) -> list[PointJob]:
    """The same key and body give the same jobs.  Raises Invalid where no row that has an experiment
    fits, and KeyReused."""
    rows = {
        row_name(row): row for row in trajectories.table_rows(list(table_cells(suite, body.scale)))
    }
    points = [
        (row, at) for row in rows if fnmatchcase(row, body.rows) for at in sorted(set(body.at))
    ]
    if not points:
        detail, fix = (
            "No row that has an experiment fits.",
            f"Those that have one: {', '.join(rows)}.",
        )
        raise errors.Invalid(f"/rows: {detail}", [Fault(detail, "/rows", fix=fix)])
    names = job_keys(key, [f"{row} {at}" for row, at in points])
    return [
        PointJob(
            row, at, submit_point(session, owner, body, rows[row], at, key), rows[row][0].reason
        )
        for (row, at), key in zip(points, names, strict=True)
    ]


def row_name(row: list[TableCell]) -> str:
    return file_name(row[0].table, row[0].row)


def submit_point(
    session: Session,
    owner: str,
    body: TrajectoriesSubmission,
    row: list[TableCell],
    at: int,
    key: str | None,
) -> JobView:
    labels = {
        "suite": row[0].suite,
        "scale": body.scale,
        "row": row_name(row),
        "request": body.digest,
    }
    probe = trajectories.trajectory_probe(row, at)
    plan = jobs.probe_plan(probe, None, body.queue, body.priority, {**body.labels, **labels})
    return jobs.submit_plan(session, owner, plan, key)


def stored_findings(session: Session) -> Callable[[list[TableCell]], list[Report]]:
    """Of a row: what the probes of its trajectory have found, whoever submitted them, in the order
    of steps; of equal ones the newest."""
    probes = findings.completed_probes(session)

    def of_row(row: list[TableCell]) -> list[Report]:
        wanted = {
            at: trajectories.trajectory_probe(row, at).digest
            for at in {probe.at for probe in probes}
        }
        newest = {probe.at: probe.job_id for probe in probes if probe.spec_hash == wanted[probe.at]}
        return [probe_report(session, job) for _, job in sorted(newest.items())]

    return of_row
