"""Registered benchmarks: what they declare, who is entered, and how an entry comes and goes."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from sqlalchemy.orm import Session

from analysis.comparisons.pareto import Pareto
from analysis.ledger.frontier import claim_frontier
from analysis.ledger.shapes import ClaimQuery, Ledger
from estimators.specs.protocols import Protocol
from service import entries, errors, ledgers
from service.entries import EntrySubmission
from service.jobs import check_priority
from service.waiting import submission_warnings

from .bodies import body
from .comparisons import CostParameter
from .deps import JSON, Admin, Asking, Reader, UnitOfWork, offers
from .leaderboards import AxisParameter, SpendParameter, board_problems
from .lists import Listing, whole_list
from .problems import BODY_ERRORS, documented
from .repeats import Key
from .schemas.benchmarks import (
    BenchmarkDetail,
    BenchmarkPage,
    BenchmarkSummary,
    EntryDetail,
    EntryPage,
    SubmittedEntry,
)

router = APIRouter(
    prefix="/v1/benchmarks", tags=["benchmarks"], dependencies=[Depends(offers(JSON))]
)
Name = Annotated[
    str,
    Path(
        pattern=r"^[a-z0-9-]{1,60}(@[1-9][0-9]{0,3})?$",
        description="name@version, or a name alone for its newest version",
        examples=["toy"],
    ),
]
EntryId = Annotated[UUID, Path(description="the `id` that entering answered")]
# Its parts are those of a submission, which stand in the document once.
SCHEMA = EntrySubmission.model_json_schema(ref_template="#/components/schemas/{model}")
SCHEMA.pop("$defs")
BODY = {"required": True, "content": {JSON: {"schema": SCHEMA}}}
REFERENCE = {"schema": {"$ref": "#/components/schemas/Protocol"}}
PROTOCOL = {"required": True, "content": {JSON: REFERENCE}}
REGISTERS = documented(*BODY_ERRORS, errors.Forbidden, errors.Conflict)
READS = documented(errors.NotFound, errors.Invalid)
ENTERS = documented(*BODY_ERRORS, errors.NotFound, errors.Conflict, errors.KeyReused)


Listed = Annotated[Listing, Depends(whole_list(BenchmarkSummary, "id", "name", "version", "title"))]
ListedEntries = Annotated[
    Listing, Depends(whole_list(EntryDetail, "id", "created_at", "label", "state"))
]


@router.get("", operation_id="list_benchmarks", response_model=BenchmarkPage)
def list_benchmarks(session: Reader, listed: Listed) -> Response:
    """Official benchmarks, and those that somebody registered."""
    protocols = sorted(
        entries.all_protocols(session).values(), key=lambda one: (one.name, one.version)
    )
    return listed.answer(BenchmarkPage, map(BenchmarkSummary.of, protocols))


def declared_protocol(value: Annotated[Any, Depends(body)]) -> Protocol:
    """Raises UnsupportedMediaType, TooLarge, Malformed, Refused, Invalid."""
    return entries.parse_protocol(value)


@router.post(
    "",
    status_code=201,
    operation_id="register_benchmark",
    openapi_extra={"requestBody": PROTOCOL},
    responses=REGISTERS,
)
def register_benchmark(
    protocol: Annotated[Protocol, Depends(declared_protocol)],
    admin: Admin,
    work: UnitOfWork,
    response: Response,
) -> BenchmarkSummary:
    """Declare a benchmark, for admins.  It never changes: a change is a new version."""
    with work() as session:
        entries.register_protocol(session, admin, protocol)
    answer = BenchmarkSummary.of(protocol)
    response.headers["Location"] = answer.links["self"]
    return answer


@router.get("/{name}", operation_id="get_benchmark", responses=READS)
def get_benchmark(name: Name, session: Reader) -> BenchmarkDetail:
    """All that a benchmark declares, and how its entries stand."""
    protocol = entries.find_protocol(session, name)
    states = [one.state for one in ledgers.shipped_entries(session, protocol)]
    states += [one.state for one in entries.list_entries(session, protocol)]
    return BenchmarkDetail.with_states(protocol, states)


@router.get(
    "/{name}/entries", operation_id="list_entries", response_model=EntryPage, responses=READS
)
def list_entries(
    name: Name,
    session: Reader,
    listed: ListedEntries,
    history: Annotated[bool, Query(description="superseded ones too")] = False,
    shipped: Annotated[bool, Query(description="those that came with the package too")] = True,
) -> Response:
    """Who is entered: the last try of every estimator with its settings, after those that came with
    the package and in whose place no other stands."""
    protocol = entries.find_protocol(session, name)
    return listed.answer(EntryPage, entry_details(session, protocol, history, shipped))


def entry_details(
    session: Session, protocol: Protocol, history: bool, shipped: bool
) -> Iterator[EntryDetail]:
    """Of what came with the package, then of what was entered here."""
    if shipped:
        for one in ledgers.shipped_entries(session, protocol, history):
            yield EntryDetail.of_shipped(one, protocol)
    replaced = ledgers.superseded_entries(session, protocol)
    for entry in entries.list_entries(session, protocol, history):
        yield EntryDetail.of(entry, protocol, replaced)


@router.get("/{name}/ledger", operation_id="get_ledger", responses=READS)
def get_ledger(name: Name, session: Reader) -> Ledger:
    """Every entry and every run, superseded and withdrawn ones too: what the board follows from."""
    return ledgers.read_ledger(session, entries.find_protocol(session, name))


Code = Annotated[
    str | None,
    Query(max_length=200, description="that trained what is ranked; that of most entries"),
]
DeviceClass = Annotated[
    str | None,
    Query(
        max_length=200,
        description="class that trained what is ranked; that of most entries; `any`: all kinds on "
        "one board, where no seconds count",
    ),
]


def stratum_query(code: Code = None, device: DeviceClass = None) -> ClaimQuery:
    """By which code and on which class of devices."""
    return ClaimQuery(code=code, device=device)


OfStratum = Annotated[ClaimQuery, Depends(stratum_query)]


def claim_query(
    stratum: OfStratum,
    axis: AxisParameter = "steps",
    spend: SpendParameter = "steps",
    margin: Annotated[
        float | None, Query(gt=0, le=1e6, description="within which two are called the same")
    ] = None,
) -> ClaimQuery:
    """What is asked of a benchmark's confirmation runs."""
    return stratum.model_copy(update={"axis": axis, "spend": spend, "margin": margin})


Claimed = Annotated[ClaimQuery, Depends(claim_query)]


@router.get("/{name}/pareto", operation_id="get_benchmark_pareto", responses=READS)
def get_benchmark_pareto(
    name: Name, session: Reader, stratum: OfStratum, cost: CostParameter = "evals"
) -> Pareto:
    """Median bounds against what they cost, and what nothing beats on both."""
    protocol = entries.find_protocol(session, name)
    with board_problems():
        return claim_frontier(ledgers.read_board(session, protocol, stratum), cost)


def entered(value: Annotated[Any, Depends(body)]) -> EntrySubmission:
    """Raises UnsupportedMediaType, TooLarge, Malformed, Refused, Invalid."""
    return entries.parse_entry(value)


@router.post(
    "/{name}/entries",
    status_code=201,
    operation_id="submit_entry",
    openapi_extra={"requestBody": BODY},
    responses=ENTERS,
)
def submit_entry(
    name: Name,
    body: Annotated[EntrySubmission, Depends(entered)],
    asking: Asking,
    work: UnitOfWork,
    response: Response,
    idempotency_key: Key = None,
) -> SubmittedEntry:
    """Enter an estimator: it is tuned, confirmed and ranked by itself.

    A second try of the same estimator with the same settings supersedes the first.  `tuning` names
    settings of its own to choose among, and some of the protocol's learning rates, in as many
    trials as every entry has.
    """
    check_priority(asking, body.priority)
    with work() as session:
        protocol = entries.find_protocol(session, name)
        made = entries.enter(session, asking.owner, protocol, body, idempotency_key)
        warnings = submission_warnings(session, body.queue, protocol.dataset.name)
        detail = EntryDetail.of(made, protocol)
    entry = SubmittedEntry(**detail.model_dump(), warnings=warnings)
    response.headers["Location"] = f"/v1/benchmarks/{entry.benchmark}/entries/{entry.id}"
    return entry


@router.get("/{name}/entries/{entry_id}", operation_id="get_entry", responses=READS)
def get_entry(name: Name, entry_id: EntryId, session: Reader) -> EntryDetail:
    """Where an entry is."""
    protocol = entries.find_protocol(session, name)
    for one in ledgers.shipped_entries(session, protocol, history=True):
        if one.entry_id == str(entry_id):
            return EntryDetail.of_shipped(one, protocol)
    entry = entries.entry_of_benchmark(session, protocol, entry_id)
    return EntryDetail.of(entry, protocol, ledgers.superseded_entries(session, protocol))


@router.post(
    "/{name}/entries/{entry_id}/withdraw",
    operation_id="withdraw_entry",
    responses=documented(errors.NotFound, errors.Conflict, errors.Invalid),
)
def withdraw_entry(
    name: Name,
    entry_id: EntryId,
    asking: Asking,
    work: UnitOfWork,
    reason: Annotated[
        str, Query(min_length=1, max_length=300, description="told beside the entry, for ever")
    ],
) -> EntryDetail:
    """Take an entry back, one's own or as an admin: it stays in the ledger, with the reason, and
    its runs stop."""
    with work() as session:
        protocol = entries.find_protocol(session, name)
        entries.entry_of_benchmark(session, protocol, entry_id)
        return EntryDetail.of(entries.withdraw(session, asking, entry_id, reason), protocol)
