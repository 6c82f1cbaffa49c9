"""A suite as jobs: one for each cell that has an experiment, in the caller's unit of work."""

from typing import Annotated, Any, NamedTuple

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from estimators.specs.experiment import Seeds
from estimators.specs.suites import Scale, TableCell, matching_cells
from estimators.specs.training import Rate
from service import errors, jobs
from service.errors import Fault
from service.store.job_views import JobView
from service.submission import Treatment, validate_strictly


class SuiteSubmission(Treatment):
    """Which cells of a suite, what to spend on each, and how to treat the jobs."""

    model_config = ConfigDict(
        title="SuiteSubmission", json_schema_extra={"examples": [{"scale": "digits"}]}
    )

    scale: Scale = "digits"
    cells: str = Field("*", max_length=200, description="a pattern: only cells whose id fits")
    steps: int | None = Field(None, ge=1, le=100_000_000, description="other than the scale's")
    seeds: Annotated[Seeds, Field(max_length=20)] | None = Field(
        None, description="other than the scale's"
    )
    rates: Annotated[tuple[Rate, ...], Field(min_length=1, max_length=8)] | None = Field(
        None, description="learning rates other than the scale's"
    )


class Submitted(NamedTuple):
    jobs: list[tuple[TableCell, JobView]]
    left_out: list[TableCell]  # without experiment; each has its reason


def parse_suite(value: Any) -> SuiteSubmission:
    """Raises Malformed, Refused, Invalid."""
    return validate_strictly(SuiteSubmission, value)


def submit_suite(
    session: Session, owner: str, suite: str, body: SuiteSubmission, key: str | None = None
) -> Submitted:
    """The same key and body give the same jobs.  Cells whose data are not on this machine are
    submitted: workers may have them.  Raises Invalid where no cell that fits has an experiment, and
    KeyReused.

    Each job has the digest of the body among its labels, so that another body is found out at the
    first.
    """
    some = matching_cells(
        suite, body.scale, body.cells, steps=body.steps, seeds=body.seeds, rates=body.rates
    )
    able, left_out = ([cell for cell in some if bool(cell.spec) is has] for has in (True, False))
    if not able:
        raise nothing_fits(some)
    names = job_keys(key, [cell.id for cell in able])
    made = [
        (cell, submit_cell(session, owner, body, cell, key))
        for cell, key in zip(able, names, strict=True)
    ]
    return Submitted(made, left_out)


def job_keys(key: str | None, names: list[str]) -> list[str | None]:
    """For several jobs of one request: the first has its key, the others keys that no request can
    have."""
    return [key and (f"{key} {name}" if number else key) for number, name in enumerate(names)]


def submit_cell(
    session: Session, owner: str, body: SuiteSubmission, cell: TableCell, key: str | None
) -> JobView:
    assert cell.spec
    labels = {"suite": cell.suite, "scale": body.scale, "cell": cell.id, "request": body.digest}
    plan = jobs.training_plan(cell.spec, body.queue, body.priority, {**body.labels, **labels})
    return jobs.submit_plan(session, owner, plan, key)


def nothing_fits(some: list[TableCell]) -> errors.Invalid:
    detail = some[0].reason if some else "No cell fits."
    fix = "Their ids are in the report; * stands for any letters: table2-*-st."
    return errors.Invalid(f"/cells: {detail}", [Fault(detail, "/cells", fix=fix)])
