"""What the ledger of a registered benchmark says beside its board: pairs, arrivals, rates."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from analysis.ledger.profiles import ClaimProfiles, claim_profiles
from analysis.ledger.sensitivity import Sensitivity, rate_sensitivity
from analysis.ledger.versus import ClaimComparison, compare_entries
from service import entries, errors, ledgers

from .answers import media
from .benchmarks import READS, Claimed, Name, OfStratum
from .deps import JSON, Reader, offers
from .leaderboards import SpendParameter, board_problems
from .picture_answers import SVG, Kind, drawn_answer
from .pictures import arrival_svg, sensitivity_svg
from .problems import documented

DRAWN = documented(errors.NotFound, errors.Invalid) | media(SVG)
router = APIRouter(prefix="/v1/benchmarks", tags=["benchmarks"])
Member = Annotated[
    str, Query(min_length=1, max_length=200, description="an entry, or its estimator's label")
]


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
