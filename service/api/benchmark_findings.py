"""What the ledger of a registered benchmark says beside its board: pairs, arrivals, rates."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from analysis.ledger.profiles import ClaimProfiles, claim_profiles
from analysis.ledger.sensitivity import Sensitivity, rate_sensitivity
from analysis.ledger.versus import ClaimComparison, compare_entries
from service import entries, errors, ledgers

from .answers import media, tagged
from .benchmarks import READS, Claimed, Name
from .deps import JSON, Reader, offers
from .leaderboards import SpendParameter, board_problems
from .pictures import arrival_svg, sensitivity_svg
from .problems import documented

SVG = "image/svg+xml"
FORMATS = {"json": JSON, "svg": SVG}
DRAWN = documented(errors.NotFound, errors.Invalid) | media(SVG)
router = APIRouter(prefix="/v1/benchmarks", tags=["benchmarks"])
Member = Annotated[
    str, Query(min_length=1, max_length=200, description="an entry, or its estimator's label")
]


def drawn_format(
    request: Request,
    format: Annotated[
        Literal["json", "svg"] | None, Query(description="in place of Accept")
    ] = None,
) -> str:
    """The media type that is asked for."""
    return FORMATS[format] if format else offers(*FORMATS.values())(request)


Kind = Annotated[str, Depends(drawn_format)]


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
    name: Name, session: Reader, request: Request, kind: Kind, spend: SpendParameter = "steps"
) -> Response:
    """Which share of seeds and declared targets each ranked entry met, against what it spent."""
    ledger = ledgers.read_ledger(session, entries.find_protocol(session, name))
    with board_problems():
        profiles = claim_profiles(ledger, spend)
    return _answer(request, profiles, kind, lambda: arrival_svg(profiles))


@router.get(
    "/{name}/sensitivity",
    operation_id="get_benchmark_sensitivity",
    response_model=Sensitivity,
    responses=DRAWN,
)
def get_sensitivity(name: Name, session: Reader, request: Request, kind: Kind) -> Response:
    """Validation bounds of tuning runs against their rates."""
    ledger = ledgers.read_ledger(session, entries.find_protocol(session, name))
    rates = rate_sensitivity(ledger)
    return _answer(request, rates, kind, lambda: sensitivity_svg(rates))


def _answer(request: Request, value: BaseModel, kind: str, draw: Callable[[], bytes]) -> Response:
    content = draw() if kind == SVG else value.model_dump_json().encode()
    return tagged(request, content, kind)
