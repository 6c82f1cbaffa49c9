"""Jobs before they are submitted: whether they are valid, and what they would take."""

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import Field

from service import jobs
from service.estimates import submission_estimate
from service.waiting import submission_warnings

from .bodies import Submitted
from .deps import JSON, Reader, offers
from .jobs import BODY
from .problems import BODY_ERRORS, documented
from .schemas.base import Answer

router = APIRouter(prefix="/v1", tags=["jobs"], dependencies=[Depends(offers(JSON))])


class EstimateShape(Answer):
    """Of the right order: from the spec alone."""

    parameters: int = Field(description="of the model of one run")
    memory: float = Field(description="bytes that one run wants")
    seconds: float = Field(description="of a core, for all runs")
    evaluation: float = Field(
        ge=0, le=1, description="share of these seconds that evaluations of the bound take"
    )
    checkpoints: int = Field(description="that runs which train together write, at least")
    disk: float = Field(description="bytes of checkpoints and series, of all runs")


class Validation(Answer):
    """A submission as the service reads it, and what it would take."""

    spec: dict[str, Any] = Field(description="with all defaults")
    spec_hash: str
    benchmark_id: str | None
    cell_id: str | None
    runs: int
    estimate: EstimateShape
    warnings: list[str] = Field(description="what keeps it from training, as the fleet is now")


@router.post(
    "/jobs:validate",
    operation_id="validate_job",
    openapi_extra={"requestBody": BODY},
    responses=documented(*BODY_ERRORS),
)
def validate_job(submission: Submitted, session: Reader) -> Validation:
    """What a submission comes to, without submitting it."""
    plan, estimate = jobs.submission_plan(submission), submission_estimate(submission)
    shape = EstimateShape(**{name: getattr(estimate, name) for name in EstimateShape.model_fields})
    about = {name: getattr(plan, name) for name in ("spec", "spec_hash", "benchmark_id", "cell_id")}
    warnings = submission_warnings(session, plan.queue, submission.dataset.name)
    return Validation(**about, runs=len(plan.runs), estimate=shape, warnings=warnings)
