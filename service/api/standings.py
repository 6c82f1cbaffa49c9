"""Standings over all registered benchmarks: JSON, Markdown, a picture, a page."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from analysis.ledger.bundles import ships
from analysis.ledger.shipped_standings import shipped_standings
from analysis.ledger.standing_profiles import StandingProfiles, standing_profiles
from analysis.ledger.standings import Standings, claim_standings
from analysis.pages.standings import standings_page
from analysis.tables.standings_markdown import standings_markdown
from estimators.specs.protocols import Protocol
from service import entries, errors, ledgers

from .answers import media, tagged
from .deps import JSON, MARKDOWN, Reader, asked_type
from .leaderboards import SpendParameter
from .pages import html_response
from .picture_answers import SVG, Kind, drawn_answer
from .pictures import standing_profile_svg, standings_svg
from .problems import documented

router = APIRouter(tags=["benchmarks"])
FORMATS = {"json": JSON, "md": MARKDOWN, "svg": SVG}
WRITERS: dict[str, Callable[[Standings], str | bytes]] = {
    JSON: Standings.model_dump_json,
    MARKDOWN: standings_markdown,
    SVG: standings_svg,
}


def standings_format(
    request: Request,
    format: Annotated[
        Literal["json", "md", "svg"] | None, Query(description="in place of Accept")
    ] = None,
) -> str:
    """The media type that is asked for."""
    return asked_type(request, format, FORMATS)


def standing_protocols(session: Session) -> list[Protocol]:
    """The newest version of every benchmark that has entries, or results that ship."""
    counts = entries.entry_counts(session)
    return [one for one in entries.newest_protocols(session) if one.id in counts or ships(one)]


def read_standings(session: Session) -> Standings:
    """Computed where they are not those that ship."""
    boards = [ledgers.leading_board(session, one) for one in standing_protocols(session)]
    return shipped_standings(boards) or claim_standings(boards)


@router.get(
    "/v1/standings",
    operation_id="get_standings",
    response_model=Standings,
    responses=documented(errors.Invalid) | media(MARKDOWN, SVG),
)
def get_standings(
    session: Reader, request: Request, kind: Annotated[str, Depends(standings_format)]
) -> Response:
    """Mean ranks over benchmarks with intervals, what they tell apart, and who is worth its cost
    where."""
    content = WRITERS[kind](read_standings(session))
    return tagged(request, content if isinstance(content, bytes) else content.encode(), kind)


@router.get(
    "/v1/standings/profiles",
    operation_id="get_standing_profiles",
    response_model=StandingProfiles,
    responses=documented(errors.Invalid) | media(SVG),
)
def get_standing_profiles(
    session: Reader, request: Request, kind: Kind, spend: SpendParameter = "evals"
) -> Response:
    """Performance profiles over benchmarks, with intervals over seeds: how often an estimator needs
    at most tau times what the cheapest does to arrive at a declared target."""
    some = (ledgers.read_ledger(session, one) for one in standing_protocols(session) if one.reach)
    profiles = standing_profiles(some, spend)
    return drawn_answer(request, profiles, kind, lambda: standing_profile_svg(profiles))


@router.get("/standings", include_in_schema=False)
def show_standings(session: Reader) -> Response:
    return html_response(standings_page(read_standings(session)))
