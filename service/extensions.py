"""Use cases: a job is extended, by more seeds or by more steps, in the caller's unit of work.

An extension is a job of its own, and the job that it extends stays as it is: its results, its
events, and whatever ledger reads it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from sqlalchemy.orm import Session

from estimators.specs.base import Spec
from estimators.specs.experiment import LAST_SEED, Experiment, Seeds, refused_field

from . import errors
from .errors import Conflict, Fault
from .jobs import check_owner, find_job, submission_plan, submit_plan
from .scopes import Identity
from .store import extensions as store
from .store.job_views import JobView
from .store.jobs import Conflict as RunsOpen
from .store.models import TRAIN, Job, Json
from .submission import AnySubmission

SEEDS = 1_000


def say_one_thing(schema: Json) -> None:
    """Puts into a schema that one of its properties stands there, and is something."""
    for field in schema["properties"].values():
        del field["default"]
        field["anyOf"].remove({"type": "null"})
    schema["oneOf"] = [{"required": [name]} for name in schema["properties"]]
    schema["examples"] = [{"seeds": 5}, {"steps": 12_000}]


class Extension(Spec):
    """By what a job is extended: one of the two."""

    model_config = ConfigDict(title="Extension", json_schema_extra=say_one_thing)

    seeds: Annotated[int, Field(ge=1, le=SEEDS)] | Seeds | None = Field(
        None, description="so many more, counting on from the greatest; or these"
    )
    steps: int | None = Field(
        None, ge=2, le=100_000_000, description="of every run, those that it has included"
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Extension":
        if len(self.model_fields_set) != 1 or (self.seeds, self.steps) == (None, None):
            reason = "A job is extended by seeds, or by steps."
            raise refused_field("/seeds", reason, "Name one of the two.")
        return self


def extended_body(session: Session, asking: Identity, job_id: UUID, asked: Extension) -> Json:
    """The submission that an extension comes to.

    Raises NotFound, Forbidden where the job is another's, Conflict where it is a probe, and Refused
    where a job of so many steps would have been evaluated elsewhere.
    """
    check_owner(session, job_id, asking)
    job = find_job(session, job_id).job
    if job.kind != TRAIN:
        raise Conflict("A probe has one run, which has all its draws: submit another.")
    first = store.any_bundle(session, job_id)
    body = job.spec | {"labels": job.labels, "queue": first.queue, "priority": first.priority}
    body |= {"time_limit": first.time_limit} if first.time_limit else {}
    if asked.steps is not None:
        check_steps(Experiment.model_validate(job.spec), asked.steps)
        return body | {"training": job.spec["training"] | {"steps": asked.steps}}
    return body | {"seeds": more_seeds(session, asking, job, asked.seeds)}


def more_seeds(
    session: Session, asking: Identity, job: Job, asked: int | Sequence[int] | None
) -> list[int]:
    """Those that were named, or so many above all that the job and its like have.  Raises Refused
    where there are not so many."""
    if not isinstance(asked, int):
        return list(asked or ())
    greatest = max(seed for one in alike_jobs(session, asking, job) for seed in one.spec["seeds"])
    if greatest + asked > LAST_SEED:
        detail = f"There are not {asked:,} seeds above {greatest}: {LAST_SEED} is the last."
        raise _field_refusal("/seeds", detail, "Name the seeds.")
    return list(range(greatest + 1, greatest + 1 + asked))


def alike_jobs(session: Session, asking: Identity, job: Job) -> list[Job]:
    """The owner's jobs that differ from this one in seeds alone, itself included."""
    assert job.cell_id
    some = store.jobs_of_cell(session, job.cell_id, [job.owner, asking.owner])
    return [one for one in some if without_seeds(one.spec) == without_seeds(job.spec)]


def without_seeds(spec: Json) -> Json:
    return {name: value for name, value in spec.items() if name != "seeds"}


def check_steps(experiment: Experiment, steps: int) -> None:
    """Raises Refused where runs of so many steps would not have written what these wrote."""
    last, wanted = experiment.training.steps, experiment.evaluation
    if steps <= last:
        raise _field_refusal(
            "/steps", f"The job has {last:,} steps already.", f"Name more than {last:,}."
        )
    looks = last % wanted.every == 0 or last in wanted.full_at
    if not looks or (wanted.interim_examples is not None and last not in wanted.full_at):
        detail = (
            f"At step {last:,}, where the job ends, runs of {steps:,} steps would not be evaluated "
            "as these were."
        )
        raise _field_refusal("/steps", detail, f"Submit a job of {steps:,} steps.")


def _field_refusal(pointer: str, detail: str, fix: str) -> errors.Refused:
    return errors.Refused(f"{pointer}: {detail}", [Fault(detail, pointer, fix=fix)])


def extend_job(
    session: Session,
    asking: Identity,
    job_id: UUID,
    asked: Extension,
    submission: AnySubmission,
    key: str | None = None,
) -> JobView:
    """A job that adds to another; ``submission``: what `extended_body` said, as it was admitted.
    The same key and request give the same job.

    Raises NotFound, Conflict where a seed, or the way to this step, is in a job already, or where
    runs that are to go on have not come to their end; KeyReused, TooMany.
    """
    job = find_job(session, job_id).job
    parent = job_id if asked.steps else store.origin_id(session, job)
    if not store.lock_job(session, parent):
        raise errors.NotFound(f"There is no job {parent} any more.")
    request = {"extends": str(job_id)} | asked.model_dump(mode="json")
    plan = replace(submission_plan(submission), parent_id=parent, request=request)
    if not asked.steps:
        view = submit_plan(session, asking.owner, plan, key)
        _check_seeds(view.job, alike_jobs(session, asking, job))
        return view
    try:
        view = submit_plan(session, asking.owner, plan, key, store.continue_job)
    except RunsOpen:
        detail = "Only runs that are completed go on: wait for the others, or retry them."
        raise Conflict(detail) from None
    _check_once(view.job, store.next_jobs(session, job_id, plan.steps))
    return view


def _check_once(job: Job, same: Sequence[UUID]) -> None:
    """Raises Conflict where another job goes on to the same step."""
    for other in same:
        if other != job.id:
            raise Conflict(f"The job {other} goes on to step {job.steps:,} already.")


def _check_seeds(job: Job, alike: Sequence[Job]) -> None:
    """Raises Conflict where another job has one of its seeds."""
    for other in alike:
        doubled = sorted({*job.spec["seeds"]} & {*other.spec["seeds"]})
        if doubled and other.id != job.id:
            raise Conflict(f"The job {other.id} has seed {doubled[0]} already.")
