"""What a probe has found, once it has ended."""

from uuid import UUID

from sqlalchemy.orm import Session

from estimators.specs.findings import Findings, Report
from estimators.specs.probe import Probe
from estimators.specs.states import Reason

from .errors import Conflict, NotFound
from .jobs import find_job, job_runs
from .store import findings
from .store.models import PROBE


def probe_report(session: Session, job_id: UUID) -> Report:
    """What a probe has found.  Raises NotFound where the job is none, Conflict where it has not
    come to its end."""
    view = find_job(session, job_id)
    if view.job.kind != PROBE:
        raise NotFound(
            f"The job {job_id} is no probe: its series and its leaderboard say what it found."
        )
    (only,) = job_runs(session, job_id)
    if only.run.reason != Reason.COMPLETED:
        how = (
            "its trajectory diverged"
            if only.run.reason == Reason.DIVERGED
            else f"it is {view.state}"
        )
        raise Conflict(f"The probe has no report: {how}.")
    pieces = [
        Findings.model_validate(data) for data in findings.read_findings(session, only.run.id)
    ]
    probe = {name: value for name, value in view.job.spec.items() if name in Probe.model_fields}
    return Report.joined(Probe.model_validate(probe), pieces)
