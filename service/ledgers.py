"""The ledger of a registered benchmark, from the store."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from analysis.ledger.shapes import Ledger, LedgerEntry, LedgerRun, Phase
from estimators.specs.protocols import Protocol

from .store import entries as store
from .store.entry_models import Entry
from .store.models import Json


def read_ledger(session: Session, protocol: Protocol) -> Ledger:
    """Every entry ever made, superseded and withdrawn ones too, with all of its runs."""
    rows = store.all_entries(session, protocol.id)
    return Ledger(
        protocol=protocol.model_dump(mode="json"),
        entries=[_ledger_entry(session, row) for row in rows],
    )


def _ledger_entry(session: Session, entry: Entry) -> LedgerEntry:
    jobs: list[tuple[Phase, UUID | None]] = [
        ("tuning", entry.tuning_job_id),
        ("confirmation", entry.confirmation_job_id),
    ]
    runs = [run for phase, job in jobs if job for run in _ledger_runs(session, phase, job)]
    return LedgerEntry(
        entry_id=str(entry.id),
        cell_id=entry.cell_id,
        estimator=entry.estimator,
        state=entry.state,
        reason=entry.reason,
        setting=entry.setting,
        supersedes=str(entry.supersedes) if entry.supersedes else None,
        runs=runs,
    )


def _ledger_runs(session: Session, phase: Phase, job_id: UUID) -> Iterable[LedgerRun]:
    environments = store.job_environments(session, job_id)
    for end in store.run_ends(session, job_id):
        where = environments[end.run_id]
        yield LedgerRun(
            run_id=str(end.run_id),
            phase=phase,
            seed=end.seed,
            setting=end.setting,
            state=end.state,
            reason=end.reason,
            test=end.test,
            validation=end.validation,
            code=_joined(where, "code"),
            device=_joined(where, "device_class"),
        )


def _joined(environments: list[Json], name: str) -> str | None:
    """What all of a run's attempts say, or all that they say."""
    said = sorted({str(one[name]) for one in environments if one.get(name)})
    return " + ".join(said) or None
