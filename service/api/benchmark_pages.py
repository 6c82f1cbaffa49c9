"""Pages of registered benchmarks, and the first page, where they come first."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from analysis.ledger.bundles import shipped_board, ships
from analysis.ledger.rows import ledger_label
from analysis.ledger.shapes import LedgerEntry
from analysis.pages.benchmark import EntryLine, benchmark_page
from analysis.pages.cards import BenchmarkLine
from analysis.pages.home import Overview, PaperLine, home_page
from analysis.pages.job import JobLine
from analysis.papers.catalogue import SuiteSummary, suite_summaries
from estimators.specs.protocols import Protocol
from estimators.specs.states import State
from service import entries, ledgers
from service.leaderboards import listed
from service.store import job_views
from service.store.entry_models import Entry
from service.store.job_lists import JobQuery, select_jobs

from .benchmarks import Claimed, Name
from .deps import Reader
from .job_pages import job_line
from .leaderboards import board_problems
from .pages import html_response, shipped_scales
from .schemas.benchmarks import stored_label
from .standings import read_standings

router = APIRouter(include_in_schema=False)
NEWEST = 10  # jobs of each kind at home


@router.get("/")
def show_home(session: Reader) -> Response:
    newest = entries.newest_protocols(session)
    counts = entries.entry_counts(session)
    waiting = [one for one in newest if one.id not in counts]
    overview = Overview(
        entered=[entered_line(session, one, counts[one.id]) for one in newest if one.id in counts],
        shipped=[
            BenchmarkLine(one, board, {"shipped": len(board.rows) + len(board.unranked)})
            for one in waiting
            if (board := shipped_board(one))
        ],
        others=[one for one in waiting if not ships(one)],
        standings=read_standings(session),
        papers=[paper_line(one) for one in suite_summaries()],
        running=running_jobs(session),
        ended=ended_jobs(session),
        boards=listed.board_list(session),
    )
    return html_response(home_page(overview))


def entered_line(session: Session, protocol: Protocol, states: dict[str, int]) -> BenchmarkLine:
    """A benchmark with entries as the first page shows it."""
    board = ledgers.leading_board(session, protocol)
    shipped = sum(row.shipped for row in board.rows) + sum(one.shipped for one in board.unranked)
    return BenchmarkLine(protocol, board, states | ({"shipped": shipped} if shipped else {}))


def paper_line(suite: SuiteSummary) -> PaperLine:
    """A paper, and whether results of it ship."""
    return PaperLine(suite.name, suite.source, bool(shipped_scales(suite.name)))


def running_jobs(session: Session) -> list[JobLine]:
    """What has not ended, the liveliest first."""
    alive = (State.RUNNING, State.CANCELLING, State.QUEUED)
    pages = (select_jobs(session, NEWEST, query=JobQuery(states=[state])) for state in alive)
    return [job_line(view) for page in pages for view in page]


def ended_jobs(session: Session) -> list[JobLine]:
    """Those of the newest jobs that have ended."""
    newest = select_jobs(session, NEWEST)
    return [job_line(view) for view in newest if view.state in job_views.ENDED]


def shipped_line(entry: LedgerEntry) -> EntryLine:
    """One that came with the package as its benchmark's page shows it."""
    label = ledger_label(entry)
    return EntryLine(entry.entry_id, label, entry.state, entry.reason, entry.setting, [], None)


def entry_line(entry: Entry) -> EntryLine:
    """An entry as its benchmark's page shows it."""
    confirmation = entry.confirmation_job_id
    return EntryLine(
        str(entry.id),
        stored_label(entry),
        entry.state,
        entry.reason,
        entry.setting,
        [str(job_id) for job_id in entry.tuning_job_ids],
        str(confirmation) if confirmation else None,
    )


@router.get("/benchmarks/{name}")
def show_benchmark(name: Name, session: Reader, request: Request, query: Claimed) -> Response:
    protocol = entries.find_protocol(session, name)
    with board_problems():
        board = ledgers.read_board(session, protocol, query)
    lines = [entry_line(entry) for entry in entries.list_entries(session, protocol)]
    lines += [shipped_line(entry) for entry in ledgers.shipped_entries(session, protocol)]
    address = str(request.base_url).rstrip("/")
    versions = [one.id for one in entries.protocol_versions(session, protocol.name)]
    return html_response(benchmark_page(protocol, versions, lines, board, address))
