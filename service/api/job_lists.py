"""The list of jobs: which ones, in which order, and what of each."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, BeforeValidator

from estimators.specs.states import State
from service import entries, errors
from service.store.job_lists import JobQuery, select_jobs

from .cursors import IdCursor, Limit, decode_cursor, encode_cursor, first_page
from .deps import JSON, Reader, offers
from .known_names import check_names
from .lists import chosen_fields, list_answer
from .problems import documented
from .schemas.jobs import JobPage, JobSummary, Kind

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], dependencies=[Depends(offers(JSON))])
NAME = r"^[A-Za-z0-9_:.-]{1,100}$"
LABEL = r"^[A-Za-z0-9_./-]{1,63}=[A-Za-z0-9_./-]{0,63}$"
Word = Annotated[str | None, Query(pattern=NAME)]


def no_number(value: object) -> object:
    """A moment is written as a date; a number would be read as seconds since 1970."""
    if isinstance(value, str) and "-" not in value.strip("+-"):
        raise ValueError("not a date and a time")
    return value


Moment = Annotated[
    Annotated[AwareDatetime, BeforeValidator(no_number)] | None,
    Query(examples=["2026-11-24T00:00:00Z"], description="a time as of RFC 3339"),
]
Order = Literal["-created_at", "created_at"]
Fields = Annotated[list[str] | None, Depends(chosen_fields(JobSummary, "id"))]


def spec_filters(
    kind: Annotated[Kind | None, Query(description="jobs that train, or probes")] = None,
    estimator: Annotated[
        str | None, Query(pattern=NAME, description="jobs of the estimator of this name")
    ] = None,
    model: Annotated[str | None, Query(pattern=NAME, description="by the model's name")] = None,
    dataset: Annotated[str | None, Query(pattern=NAME, description="by the dataset's name")] = None,
    benchmark_id: Annotated[
        str | None, Query(pattern=NAME, description="jobs on this benchmark")
    ] = None,
    owner: Annotated[str | None, Query(pattern=NAME, description="who submitted it")] = None,
) -> dict[str, dict[str, str]]:
    """Which specs are asked for: by columns, and by parts of the spec."""
    columns = {"kind": kind, "estimator": estimator, "benchmark_id": benchmark_id, "owner": owner}
    parts = {"model": model, "dataset": dataset}
    return {"equal": without_none(columns), "parts": without_none(parts)}


def time_filters(
    created_after: Moment = None,
    created_before: Moment = None,
    finished_after: Moment = None,
    finished_before: Moment = None,
) -> dict[str, float]:
    """From one moment on, and before another."""
    asked = {"created_after": created_after, "created_before": created_before}
    asked |= {"finished_after": finished_after, "finished_before": finished_before}
    return {name: at.timestamp() for name, at in asked.items() if at is not None}


def job_query(
    session: Reader,
    specs: Annotated[dict[str, dict[str, str]], Depends(spec_filters)],
    times: Annotated[dict[str, float], Depends(time_filters)],
    state: Annotated[
        list[State] | None, Query(max_length=10, description="in any of these states")
    ] = None,
    label: Annotated[
        list[Annotated[str, Query(pattern=LABEL)]] | None,
        Query(max_length=16, description="with all of these labels", examples=["study=depth"]),
    ] = None,
    benchmark: Annotated[
        str | None,
        Query(
            pattern=r"^[a-z0-9-]{1,60}(@[1-9][0-9]{0,3})?$",
            description="on the registered benchmark of this name",
        ),
    ] = None,
    archived: Annotated[bool, Query(description="archived jobs, in place of the others")] = False,
    sort: Annotated[Order, Query(description="- puts the newest first")] = "-created_at",
) -> JobQuery:
    """Raises Invalid where there is no such estimator, model, dataset or benchmark."""
    equal: dict[str, str] = dict(specs["equal"])
    asked_names = {"estimator": equal.get("estimator"), **specs["parts"], "benchmark": benchmark}
    check_names(session, asked_names)
    if benchmark is not None:
        equal.setdefault("benchmark_id", entries.find_protocol(session, benchmark).benchmark_id)
    labels = dict(one.split("=", 1) for one in label or ())
    asked: dict[str, Any] = {**times, "archived": archived, "oldest_first": sort == "created_at"}
    return JobQuery(equal, specs["parts"], state or (), labels, **asked)


def without_none(asked: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if value is not None}


@router.get(
    "",
    operation_id="list_jobs",
    response_model=JobPage,
    responses=documented(errors.Invalid),
)
def get_jobs(
    session: Reader,
    request: Request,
    query: Annotated[JobQuery, Depends(job_query)],
    fields: Fields,
    cursor: IdCursor = None,
    limit: Limit = 50,
) -> Response:
    """The newest jobs first."""
    start = decode_cursor(cursor) if cursor else None
    views, last = first_page(select_jobs(session, limit + 1, start, query), limit)
    more = encode_cursor(last.job.id) if last else None
    page = JobPage(data=[JobSummary.of(view) for view in views], next_cursor=more)
    return list_answer(request, page, fields)
