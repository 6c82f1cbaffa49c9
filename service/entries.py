"""Use cases: what people ask of registered benchmarks and entries, and how entries go on.

Each is inside the caller's unit of work.  An entry goes on when somebody notices that its job has
ended; whoever that is, and however often, it comes to the same.
"""

from collections import Counter
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from analysis.ledger.tuning import Trial, chosen_trial
from estimators.specs import AnyEstimator
from estimators.specs.base import Estimator
from estimators.specs.protocols import Protocol, newest_versions, official_protocols
from estimators.specs.states import RESULTS, Reason

from . import errors, jobs
from .entry_trials import OwnTuning, Trials, candidate_rows, check_room, entry_trials, own_rates
from .scopes import Identity
from .store import entries as store
from .store.entry_models import Entry
from .store.jobs import cancel_runs
from .store.states import OPEN, EntryState
from .store.submissions import Plan
from .submission import Treatment, validate_strictly

ESTIMATOR: TypeAdapter[Estimator] = TypeAdapter(AnyEstimator)
CANDIDATE = "candidate"  # the label of a job of one of several
SUPERSEDED = "a second try came before its end"


class EntrySubmission(Treatment):
    """An estimator with its settings, to be entered, and how to treat its jobs."""

    model_config = ConfigDict(
        title="EntrySubmission",
        json_schema_extra={"examples": [{"estimator": {"name": "muprop"}}]},
    )

    estimator: AnyEstimator
    tuning: OwnTuning = Field(
        OwnTuning(), description="what it tries in place of every rate as it stands"
    )


def parse_entry(value: Any) -> EntrySubmission:
    """Raises Malformed, Refused, Invalid."""
    return validate_strictly(EntrySubmission, value)


def parse_protocol(value: Any) -> Protocol:
    """Raises Malformed, Refused, Invalid."""
    return validate_strictly(Protocol, value)


def protocol_schemas(prefix: str) -> dict[str, Any]:
    """JSON Schemas of a protocol and of its parts, by name; references start with ``prefix``."""
    whole = Protocol.model_json_schema(ref_template=prefix + "{model}")
    parts: dict[str, Any] = whole.pop("$defs")
    return {**parts, "Protocol": whole}


def all_protocols(session: Session) -> dict[str, Protocol]:
    """Official and registered ones, by name and version."""
    official = official_protocols()
    rows = [row for row in store.stored_protocols(session) if row.id not in official]
    return official | {row.id: Protocol.model_validate(row.spec) for row in rows}


def newest_protocols(session: Session) -> list[Protocol]:
    """The newest version of every name, by names."""
    return newest_versions(all_protocols(session).values())


def protocol_versions(session: Session, name: str) -> list[Protocol]:
    """All of one name, the oldest first."""
    some = [one for one in all_protocols(session).values() if one.name == name]
    return sorted(some, key=lambda one: one.version)


def find_protocol(session: Session, name: str) -> Protocol:
    """By name@version, or the newest version of a name.  Raises NotFound."""
    if protocol := all_protocols(session).get(name):
        return protocol
    if not (versions := protocol_versions(session, name)):
        names = {part for one in all_protocols(session).values() for part in (one.id, one.name)}
        close = get_close_matches(name, names, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise errors.NotFound(f"There is no benchmark {name}.{hint}")
    return versions[-1]


def register_protocol(session: Session, owner: str, protocol: Protocol) -> None:
    """Raises Conflict where this name and version says something else already."""
    official = official_protocols().get(protocol.id)
    if official is not None and official.digest != protocol.digest:
        raise _changed(protocol)
    _protocol_row(session, owner, protocol)


def _protocol_row(session: Session, owner: str, protocol: Protocol) -> None:
    spec = protocol.model_dump(mode="json")
    try:
        store.register_protocol(
            session, protocol.id, protocol.name, protocol.version, protocol.digest, spec, owner
        )
    except store.ProtocolChanged:
        raise _changed(protocol) from None


def _changed(protocol: Protocol) -> errors.Conflict:
    return errors.Conflict(f"{protocol.id} says something else already; a change is a new version.")


def enter(
    session: Session, owner: str, protocol: Protocol, body: EntrySubmission, key: str | None = None
) -> Entry:
    """A new entry with its tuning job; the same key and body give the same entry.

    It supersedes an earlier try of the same estimator with the same settings; one that is still on
    its way is withdrawn.  Raises Refused where the estimator does not serve, Conflict where the
    benchmark is full, KeyReused.
    """
    trials = entry_trials(session, protocol, body.estimator, body.tuning)
    _protocol_row(session, owner, protocol)
    plans = _tuning_plans(protocol, body, trials)
    first = jobs.submit_plan(session, owner, plans[0], key).job.id
    if earlier := store.entry_of_job(session, first):
        return _same_entry(earlier, trials)
    others = store.current_entries(session, protocol.id)
    before = next((one for one in others if one.cell_id == trials.cell_id), None)
    check_room(protocol, trials.cell_id, others)
    if before and find_entry(session, before.id, lock=True).state in OPEN:
        withdraw_entry(session, before, SUPERSEDED)
    tuning = [first, *(jobs.submit_plan(session, owner, plan).job.id for plan in plans[1:])]
    return store.add_entry(
        session,
        Entry(
            protocol_id=protocol.id,
            cell_id=trials.cell_id,
            estimator=trials.estimators[0].model_dump(mode="json"),
            learning_rates=own_rates(protocol, trials),
            owner=owner,
            queue=body.queue,
            tuning_job_id=first,
            supersedes=before.id if before else None,
            candidates=candidate_rows(trials, tuning),
        ),
    )


def _tuning_plans(protocol: Protocol, body: EntrySubmission, trials: Trials) -> list[Plan]:
    """One an estimator that is tried."""
    labels = _labels(body.labels, protocol, "tuning")
    several = len(trials.experiments) > 1
    return [
        jobs.training_plan(
            experiment,
            body.queue,
            body.priority,
            labels | ({CANDIDATE: str(number)} if several else {}),
            body.time_limit,
        )
        for number, experiment in enumerate(trials.experiments)
    ]


def _same_entry(earlier: Entry, trials: Trials) -> Entry:
    """Raises KeyReused where the key came before with other settings to choose among."""
    if earlier.cell_id != trials.cell_id:
        raise errors.KeyReused("The key has made an entry that tries other settings.")
    return earlier


def _labels(labels: dict[str, str], protocol: Protocol, phase: str) -> dict[str, str]:
    """An owner's, and those that say what the job is for."""
    owners = {name: label for name, label in labels.items() if name != CANDIDATE}
    return owners | {"benchmark": f"{protocol.name}.{protocol.version}", "phase": phase}


def list_entries(session: Session, protocol: Protocol, history: bool = False) -> list[Entry]:
    """Current ones, in the order of their coming; ``history``: superseded ones too."""
    some = store.all_entries if history else store.current_entries
    return some(session, protocol.id)


def entry_counts(session: Session) -> dict[str, dict[str, int]]:
    """How many current entries are in which state, by benchmarks that have some."""
    return store.state_counts(session)


def find_entry(session: Session, entry_id: UUID, lock: bool = False) -> Entry:
    """Raises NotFound."""
    if (entry := store.find_entry(session, entry_id, lock)) is None:
        raise errors.NotFound(f"There is no entry {entry_id}.")
    return entry


def entry_of_benchmark(session: Session, protocol: Protocol, entry_id: UUID) -> Entry:
    """Raises NotFound where it is another benchmark's."""
    entry = find_entry(session, entry_id)
    if entry.protocol_id != protocol.id:
        raise errors.NotFound(f"{protocol.id} has no entry {entry_id}.")
    return entry


def withdraw(session: Session, asking: Identity, entry_id: UUID, reason: str) -> Entry:
    """Takes an entry back: it stays in the ledger, with the reason, and its runs stop.

    Withdrawing twice changes nothing.  Raises NotFound, and Conflict where it is another's and no
    admin asks; what an admin takes back of another's says so.
    """
    entry = find_entry(session, entry_id, lock=True)
    if not asking.may_change(entry.owner):
        raise errors.Conflict("An entry is withdrawn by its owner, or by an admin.")
    if asking.owner != entry.owner:
        reason = f"by {asking.owner}, an admin: {reason}"
    if entry.state != EntryState.WITHDRAWN:
        withdraw_entry(session, entry, reason)
    return entry


def withdraw_entry(session: Session, entry: Entry, reason: str) -> None:
    """Ends an entry that its caller has locked, and stops the runs of its jobs."""
    store.end_entry(session, entry, EntryState.WITHDRAWN, reason)
    for job_id in (*entry.tuning_job_ids, entry.confirmation_job_id):
        if job_id is not None:
            cancel_runs(session, [end.run_id for end in store.run_ends(session, job_id)])


def advance_entry(session: Session) -> UUID | None:
    """Moves one entry whose jobs have ended; None where none has.  Anybody may, at any time."""
    entry = store.settled_entry(session)
    if entry is None:
        return None
    phase = {EntryState.TUNING: _after_tuning, EntryState.CONFIRMING: _after_confirmation}
    phase[EntryState(entry.state)](session, entry)
    return entry.id


def _after_tuning(session: Session, entry: Entry) -> None:
    ends = [store.run_ends(session, job_id) for job_id in entry.tuning_job_ids]
    if lost := _lost([end for some in ends for end in some]):
        return store.end_entry(session, entry, EntryState.FAILED, f"tuning: {lost}")
    choice = chosen_trial(
        Trial(end.setting, end.seed, _validation(end), number)
        for number, some in enumerate(ends)
        for end in some
    )
    if choice is None:
        reason = "tuning: every setting diverged on every seed"
        return store.end_entry(session, entry, EntryState.FAILED, reason)
    tried = [one.estimator for one in entry.candidates] or [entry.estimator]
    chosen = tried[choice.candidate]
    try:
        protocol = find_protocol(session, entry.protocol_id)
        estimator = ESTIMATOR.validate_python(chosen)
        rate = choice.setting["learning_rate"]
        experiment = protocol.confirmation_experiment(estimator, rate)
    except (ValidationError, errors.NotFound):
        reason = "this version of the service does not know its estimator or its benchmark"
        return store.end_entry(session, entry, EntryState.FAILED, reason)
    treatment = store.job_treatment(session, entry.tuning_job_id)
    plan = jobs.training_plan(
        experiment,
        entry.queue,
        treatment.priority,
        _labels(treatment.labels, protocol, "confirmation"),
        treatment.time_limit,
    )
    job_id = jobs.submit_plan(session, entry.owner, plan).job.id
    store.confirm_entry(session, entry, chosen, choice.setting, job_id)


def _after_confirmation(session: Session, entry: Entry) -> None:
    assert entry.confirmation_job_id is not None
    if lost := _lost(store.run_ends(session, entry.confirmation_job_id)):
        return store.end_entry(session, entry, EntryState.FAILED, f"confirmation: {lost}")
    store.end_entry(session, entry, EntryState.RANKED)


def _validation(end: store.RunEnd) -> float | None:
    return None if end.reason == Reason.DIVERGED else end.validation


def _lost(ends: list[store.RunEnd]) -> str:
    """Why some runs came to no result, in words; empty where all did."""
    reasons = Counter(end.reason for end in ends if end.reason not in RESULTS)
    counts = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items(), key=str))
    return f"of {len(ends)} runs came to no result: {counts}" if counts else ""
