"""An entry's page, and the form that takes it back."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from analysis.ledger.shapes import ALL_KINDS, ClaimBoard, ClaimQuery
from analysis.pages.entry import EntryStory, Phase, Place, Standing, entry_page
from analysis.pages.origins import board_address
from analysis.records.labels import estimator_label
from analysis.records.phrases import count_text, rank_text
from estimators.specs.protocols import Protocol
from service import entries, errors, jobs, ledgers
from service.store.entry_models import Entry
from service.store.states import EntryState

from .benchmarks import EntryId, Name
from .deps import Asking, Reader, UnitOfWork
from .forms import Sent as SentFields
from .forms import needs_key
from .job_pages import job_progress, see_other
from .pages import html_response
from .schemas.benchmarks import EntryDetail, stored_label

router = APIRouter(include_in_schema=False)


@router.get("/benchmarks/{name}/entries/{entry_id}")
def show_entry(name: Name, entry_id: EntryId, session: Reader, request: Request) -> Response:
    protocol = entries.find_protocol(session, name)
    entry = entries.entry_of_benchmark(session, protocol, entry_id)
    story = EntryStory(
        entry_id=str(entry.id),
        benchmark=protocol.id,
        label=stored_label(entry),
        state=entry.state,
        reason=entry.reason,
        setting=entry.setting,
        standing=entry_standing(session, protocol, entry),
        trials=trial_words(EntryDetail.of(entry, protocol)),
        phases=entry_phases(session, entry),
        needs_key=needs_key(request),
    )
    return html_response(entry_page(story))


def entry_phases(session: Session, entry: Entry) -> list[Phase]:
    """Its jobs so far."""
    ids = {"Tuning": entry.tuning_job_id, "Confirmation": entry.confirmation_job_id}
    if entry.candidates:
        tried = [(estimator_label(one.estimator), one.tuning_job_id) for one in entry.candidates]
        ids = {f"Tuning {label}": job_id for label, job_id in tried}
        ids["Confirmation"] = entry.confirmation_job_id
    return [
        Phase(title, str(job_id), job_progress(session, jobs.find_job(session, job_id)))
        for title, job_id in ids.items()
        if job_id is not None
    ]


def trial_words(entry: EntryDetail) -> str:
    """What its tuning tries."""
    settings, rates = len(entry.candidates), [f"{rate:g}" for rate in entry.learning_rates]
    of = f"{count_text(settings, 'setting')} at " if settings > 1 else ""
    at = count_text(len(rates), "learning rate")
    return f"{count_text(entry.trials, 'trial')}: {of}{at} ({', '.join(rates)})"


def entry_standing(session: Session, protocol: Protocol, entry: Entry) -> Standing | None:
    """Its places on the benchmark's board or, where that is of other code or another device, on
    that of its own, and among all kinds of device; and why it is not on the first."""
    if entry.state != EntryState.RANKED:
        return None
    board, entry_id = ledgers.leading_board(session, protocol), str(entry.id)
    line = next((one for one in board.unranked if one.entry_id == entry_id), None)
    if line is None:
        return Standing(entry_place(board, entry_id), None, None)
    among_all = None
    if line.elsewhere == "device":
        every = ledgers.read_board(session, protocol, ClaimQuery(device=ALL_KINDS))
        why = next((one.reason for one in every.unranked if one.entry_id == entry_id), None)
        places, address = entry_place(every, entry_id)
        among_all = Place(f"{places}: {why}" if why else places, address)
    board = ledgers.own_board(session, protocol, entry) or board
    return Standing(entry_place(board, entry_id), line.reason, among_all)


def entry_place(board: ClaimBoard, entry_id: str) -> Place:
    ranks = next((row.ranks for row in board.rows if row.entry_id == entry_id), None)
    places = f"{rank_text(ranks)} of {len(board.rows)}" if ranks else "none"
    return Place(places, board_address(board))


@router.post("/benchmarks/{name}/entries/{entry_id}/withdraw")
def press_withdraw(
    name: Name, entry_id: EntryId, sent: SentFields, asking: Asking, work: UnitOfWork
) -> Response:
    if not (reason := sent.get("reason", "").strip()[:300]):
        raise errors.Invalid("A withdrawn entry says why.")
    with work() as session:
        protocol = entries.find_protocol(session, name)
        entries.entry_of_benchmark(session, protocol, entry_id)
        entries.withdraw(session, asking, entry_id, reason)
    return see_other(f"/benchmarks/{protocol.id}/entries/{entry_id}")
