"""What the ledger of a registered benchmark says: its board, pairs, arrivals, rates."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from analysis.ledger.profiles import ClaimProfiles, claim_profiles
from analysis.ledger.sensitivity import Sensitivity, rate_sensitivity
from analysis.ledger.shapes import ClaimBoard
from analysis.ledger.versus import ClaimComparison, compare_entries
from analysis.tables import claim_files
from service import entries, errors, ledgers

from .answers import media, tagged
from .benchmarks import READS, Claimed, Name, OfStratum
from .deps import CSV, JSON, MARKDOWN, Reader, offers
from .leaderboards import SpendParameter, board_format, board_problems
from .picture_answers import SVG, Kind, drawn_answer
from .pictures import arrival_svg, claim_svg, sensitivity_svg
from .problems import documented

DRAWN = documented(errors.NotFound, errors.Invalid) | media(SVG)
router = APIRouter(prefix="/v1/benchmarks", tags=["benchmarks"])
Member = Annotated[
    str, Query(min_length=1, max_length=200, description="an entry, or its estimator's label")
]

WRITERS: dict[str, Callable[[ClaimBoard], str | bytes]] = {
    JSON: ClaimBoard.model_dump_json,
    CSV: claim_files.claim_csv,
    MARKDOWN: claim_files.claim_markdown,
    SVG: claim_svg,
}


@router.get(
    "/{name}/board",
    operation_id="get_benchmark_board",
    response_model=ClaimBoard,
    responses=documented(errors.NotFound, errors.Invalid) | media(CSV, MARKDOWN, SVG),
)
def get_benchmark_board(
    name: Name,
    session: Reader,
    request: Request,
    kind: Annotated[str, Depends(board_format)],
    query: Claimed,
) -> Response:
    """Who is better, by wins over the confirmation seeds; entries without a rank say why."""
    protocol = entries.find_protocol(session, name)
    with board_problems():
        board = ledgers.read_board(session, protocol, query)
    content = WRITERS[kind](board)
    return tagged(request, content.encode() if isinstance(content, str) else content, kind)


@router.get(
    "/{name}/compare",
    operation_id="compare_entries",
    responses=READS,
    dependencies=[Depends(offers(JSON))],
)
def compare_two(
    name: Name, a: Member, b: Member, session: Reader, query: Claimed
) -> ClaimComparison:
    """Two ranked entries on the confirmation seeds: who wins on how many, and by how much."""
    ledger = ledgers.read_ledger(session, entries.find_protocol(session, name))
    with board_problems():
        return compare_entries(ledger, a, b, query)


@router.get(
    "/{name}/profiles",
    operation_id="get_benchmark_profiles",
    response_model=ClaimProfiles,
    responses=DRAWN,
)
def get_profiles(
    name: Name,
    session: Reader,
    request: Request,
    kind: Kind,
    stratum: OfStratum,
    spend: SpendParameter = "steps",
) -> Response:
    """Which share of seeds and declared targets each ranked entry met, against what it spent."""
    protocol = entries.find_protocol(session, name)
    if protocol.reach is None:
        raise errors.NotFound(f"{protocol.id} declares no target to be met.")
    ledger = ledgers.read_ledger(session, protocol)
    with board_problems():
        profiles = claim_profiles(ledger, spend, stratum)
    return drawn_answer(request, profiles, kind, lambda: arrival_svg(profiles))


@router.get(
    "/{name}/sensitivity",
    operation_id="get_benchmark_sensitivity",
    response_model=Sensitivity,
    responses=DRAWN,
)
def get_sensitivity(
    name: Name, session: Reader, request: Request, kind: Kind, stratum: OfStratum
) -> Response:
    """Validation bounds of tuning runs against their rates."""
    ledger = ledgers.read_ledger(session, entries.find_protocol(session, name))
    with board_problems():
        rates = rate_sensitivity(ledger, stratum)
    return drawn_answer(request, rates, kind, lambda: sensitivity_svg(rates))
