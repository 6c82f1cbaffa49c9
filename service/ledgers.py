"""The ledger of a registered benchmark: what shipped with the package, and what the store has."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from analysis.boards.certified import refused_cells
from analysis.boards.shapes import Unanswerable
from analysis.ledger.board import ledger_board
from analysis.ledger.bundles import shipped_board, shipped_ledger
from analysis.ledger.joint import joint_ledger
from analysis.ledger.sensitivity import RateCurve, rate_curves
from analysis.ledger.shapes import (
    ClaimBoard,
    ClaimQuery,
    Curve,
    Ledger,
    LedgerEntry,
    LedgerRun,
    Phase,
)
from analysis.ledger.strata import current_tries
from analysis.records.labels import label_name
from analysis.records.runs import RunRecord
from estimators.specs.protocols import Protocol

from .leaderboards.published import published_plugins
from .store import entries as store
from .store import series
from .store.entry_models import Entry
from .store.models import Json

CURVES = ("bound/test", "bound/validation", "evaluations", "seconds")
GRADIENT = ("log_ratio", "bias", "cosine")


@dataclass(frozen=True)
class JobRuns:
    """What the store has of the runs of one job."""

    phase: Phase
    candidate: int
    ends: list[store.RunEnd]
    environments: dict[UUID, list[Json]]
    last: dict[UUID, dict[str, float | None]]
    curves: dict[UUID, dict[str, series.Series]]


Stamp = tuple[tuple[UUID, str], ...]
Derived = TypeVar("Derived")
# what follows from the entries, by database, protocol and stamp
Cache = dict[tuple[str, str, Stamp], Derived]
# boards at equal steps
LEADERS: Cache[ClaimBoard] = {}
# validation bounds by rate, by entry
RATES: Cache[dict[str, RateCurve]] = {}
# shipped entries that were superseded
REPLACED: Cache[dict[str, str]] = {}


def leading_board(session: Session, protocol: Protocol) -> ClaimBoard:
    """The board at equal steps, computed once for each state of the entries: who is ranked is of
    now, runs of an entry on its way may be of a moment ago."""
    stamp = store.entry_stamp(session, protocol.id)
    if not stamp and (board := shipped_board(protocol)):
        return board
    return _derived_once(LEADERS, session, protocol, stamp, lambda: read_board(session, protocol))


def tuned_rates(session: Session, protocol: Protocol) -> dict[str, RateCurve]:
    """What the settings that each current entry was confirmed at gave at every rate, by entry."""

    def derive() -> dict[str, RateCurve]:
        entries = current_tries(read_ledger(session, protocol))
        curves = [curve for entry in entries for curve in rate_curves(entry)]
        return {one.entry_id: one for one in curves if one.chosen is not None}

    stamp = store.entry_stamp(session, protocol.id)
    return _derived_once(RATES, session, protocol, stamp, derive)


def ranked_names(session: Session, protocol: Protocol) -> dict[str, str]:
    """Names of estimators by entry, of those that are entered, and of those ranked in what
    shipped."""
    entered, shipped = store.current_entries(session, protocol.id), shipped_board(protocol)
    names = {row.entry_id: label_name(row.label) for row in shipped.rows} if shipped else {}
    return names | {str(one.id): one.estimator["name"] for one in entered}


def read_board(
    session: Session, protocol: Protocol, query: ClaimQuery = ClaimQuery()
) -> ClaimBoard:
    """Raises Unanswerable for an axis that the protocol does not declare."""
    plain = query == ClaimQuery() and not store.entry_stamp(session, protocol.id)
    shipped = shipped_board(protocol) if plain else None
    return shipped or ledger_board(read_ledger(session, protocol), query)


def own_board(session: Session, protocol: Protocol, entry: Entry) -> ClaimBoard | None:
    """The board of the code and device that confirmed an entry; None where those are unknown, or
    nobody is complete by them."""
    if entry.confirmation_job_id is None:
        return None
    environments = store.job_environments(session, entry.confirmation_job_id).values()
    strata = {(_joined(some, "code"), _joined(some, "device_class")) for some in environments}
    if len(strata) != 1 or strata == {(None, None)}:
        return None
    [(code, device)] = strata
    try:
        return read_board(session, protocol, ClaimQuery(code=code, device=device))
    except Unanswerable:
        return None


def read_ledger(session: Session, protocol: Protocol) -> Ledger:
    """Every entry ever made, superseded and withdrawn ones too, with all of its runs: those that
    shipped with the package, and those of the store."""
    rows = store.all_entries(session, protocol.id)
    local = Ledger(
        protocol=protocol.model_dump(mode="json"),
        entries=[_ledger_entry(session, row) for row in rows],
    )
    return joint_ledger(shipped_ledger(protocol), local)


def shipped_entries(
    session: Session, protocol: Protocol, history: bool = False
) -> list[LedgerEntry]:
    """Those that came with the package: current ones, or superseded ones too."""
    shipped = shipped_ledger(protocol)
    if shipped is None:
        return []
    gone = set() if history else set(superseded_entries(session, protocol).values())
    some = shipped.entries if history else current_tries(shipped)
    return [one for one in some if one.entry_id not in gone]


def superseded_entries(session: Session, protocol: Protocol) -> dict[str, str]:
    """Shipped entries in whose place others stand now, by the first of those tries."""
    stamp = store.entry_stamp(session, protocol.id)
    if not stamp or shipped_ledger(protocol) is None:
        return {}
    return _derived_once(
        REPLACED, session, protocol, stamp, lambda: _replaced(read_ledger(session, protocol))
    )


def _replaced(ledger: Ledger) -> dict[str, str]:
    """Shipped entries that tries from here superseded, by the first of those tries."""
    ids = {one.entry_id for one in ledger.entries if one.shipped}
    return {
        one.entry_id: one.supersedes
        for one in ledger.entries
        if one.supersedes in ids and one.entry_id not in ids
    }


def _derived_once(
    cache: Cache[Derived],
    session: Session,
    protocol: Protocol,
    stamp: Stamp,
    derive: Callable[[], Derived],
) -> Derived:
    """Derived again when an entry has come or changed its state."""
    key = (str(getattr(session.get_bind(), "url", "")), protocol.id, stamp)
    if key not in cache:
        if len(cache) > 500:
            cache.clear()
        cache[key] = derive()
    return cache[key]


def _ledger_entry(session: Session, entry: Entry) -> LedgerEntry:
    jobs: list[tuple[Phase, int, UUID]] = [
        ("tuning", number, job) for number, job in enumerate(entry.tuning_job_ids)
    ]
    if entry.confirmation_job_id:
        jobs.append(("confirmation", 0, entry.confirmation_job_id))
    trained = [_job_runs(session, *job) for job in jobs]
    return LedgerEntry(
        entry_id=str(entry.id),
        cell_id=entry.cell_id,
        estimator=entry.estimator,
        state=entry.state,
        reason=entry.reason,
        setting=entry.setting,
        supersedes=str(entry.supersedes) if entry.supersedes else None,
        refused=_refusal(session, entry, trained),
        runs=[run for one in trained for run in _ledger_runs(one)],
        candidates=[one.estimator for one in entry.candidates],
        learning_rates=entry.learning_rates or [],
    )


def _job_runs(session: Session, phase: Phase, candidate: int, job_id: UUID) -> JobRuns:
    ends = store.run_ends(session, job_id)
    runs = [end.run_id for end in ends]
    return JobRuns(
        phase,
        candidate,
        ends,
        store.job_environments(session, job_id),
        series.last_values(session, runs),
        series.read_series(session, runs, CURVES) if phase == "confirmation" else {},
    )


def _refusal(session: Session, entry: Entry, trained: list[JobRuns]) -> str | None:
    """Why its estimator may not be ranked: its certificate, or that of the plug-in's code."""
    runs = [
        RunRecord(
            run_id=str(end.run_id),
            job_id="",
            cell_id=entry.cell_id,
            estimator=entry.estimator,
            seed=end.seed,
            setting=end.setting,
            state=end.state,
            reason=end.reason,
            step=0,
            environment=dict(environment),
        )
        for one in trained
        for end in one.ends
        for environment in one.environments[end.run_id]
    ]
    return refused_cells(runs, published_plugins(session, runs)[1]).get(entry.cell_id)


def _ledger_runs(job: JobRuns) -> Iterator[LedgerRun]:
    for end in job.ends:
        where, last = job.environments[end.run_id], job.last.get(end.run_id, {})
        measured = {name: last.get(f"gradient/{name}") for name in GRADIENT}
        yield LedgerRun(
            run_id=str(end.run_id),
            phase=job.phase,
            seed=end.seed,
            setting=end.setting,
            state=end.state,
            reason=end.reason,
            test=end.test,
            validation=end.validation,
            code=_joined(where, "code"),
            device=_joined(where, "device_class"),
            evaluations=last.get("evaluations"),
            seconds=last.get("seconds"),
            gradient={name: value for name, value in measured.items() if value is not None},
            curve=_curve(job.curves.get(end.run_id)) if job.phase == "confirmation" else None,
            candidate=job.candidate,
        )


def _curve(stored: dict[str, series.Series] | None) -> Curve | None:
    """At the steps where the test bound was evaluated."""
    if not stored or CURVES[0] not in stored:
        return None
    steps = stored[CURVES[0]].steps.tolist()
    at = {
        name: dict(zip(s.steps.tolist(), s.values.tolist(), strict=True))
        for name, s in stored.items()
    }
    test, validation, evaluations, seconds = (
        [_finite(at.get(name, {}).get(step)) for step in steps] for name in CURVES
    )
    return Curve(
        steps=steps, test=test, validation=validation, evaluations=evaluations, seconds=seconds
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _joined(environments: list[Json], name: str) -> str | None:
    """What all of a run's attempts say, or all that they say."""
    said = sorted({str(one[name]) for one in environments if one.get(name)})
    return " + ".join(said) or None
