"""The first page of a running service."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from analysis.boards.shapes import BoardSummary
from analysis.pages.board import benchmark_line
from analysis.pages.html import HOME, html_link, html_list, html_page, html_table
from analysis.pages.job import JobLine, job_table
from analysis.papers.catalogue import SuiteSummary
from estimators.specs.protocols import Protocol


class BenchmarkLine(NamedTuple):
    """A registered benchmark that has entries; ``leader``: in words; ``states``: of how many."""

    protocol: Protocol
    leader: str
    states: Mapping[str, int]


class Overview(NamedTuple):
    """What the first page shows; ``shipped``: benchmarks whose results came with the package and
    that nobody entered here; ``others``: those that have none."""

    entered: Sequence[BenchmarkLine]
    shipped: Sequence[BenchmarkLine]
    others: Sequence[Protocol]
    suites: Sequence[SuiteSummary]
    running: Sequence[JobLine]
    ended: Sequence[JobLine]
    boards: Sequence[BoardSummary]


def home_page(overview: Overview) -> str:
    """Benchmarks, papers, jobs, and what else was trained."""
    body = [
        f"{HOME}<h1>Gradient Arena</h1>",
        "<p>Which gradient estimator is better, and what cannot be told.</p>",
        *_benchmark_parts(overview),
        "<h2>Papers</h2>",
        html_table(
            ("suite", "whose tables"),
            [(_suite_cells(one), "") for one in overview.suites],
        ),
        *_job_parts(overview),
        *_exploratory_parts(overview),
    ]
    return html_page("Gradient Arena", body)


def _benchmark_parts(overview: Overview) -> Iterator[str]:
    yield "<h2>Benchmarks</h2>"
    lines = [*overview.entered, *overview.shipped]
    if lines:
        titles = ("benchmark", "who leads", "entries", "states", "what")
        yield html_table(titles, [(_entered_cells(one), "") for one in lines])
        yield f"<div class=links>{html_link('/standings', 'Standings over all of them')}</div>"
    if overview.shipped:
        yield '<p class="note">Shipped results came with the package: read-only, recomputed by '
        yield "<code>gradarena board verify</code>; the first entry here begins a ledger of its "
        yield "own.</p>"
    if not overview.entered:
        yield "<p>Nobody is entered for a benchmark.</p>"
    if overview.others:
        yield "<h2>Benchmarks that wait for entries</h2>"
        yield "<p><code>gradarena enter NAME --all</code> enters every built-in estimator.</p>"
        yield html_list(_waiting_line(one) for one in overview.others)


def _entered_cells(one: BenchmarkLine) -> list[str]:
    protocol = one.protocol
    return [
        html_link(f"/benchmarks/{protocol.id}", protocol.id),
        one.leader,
        f"{sum(one.states.values()):,}",
        ", ".join(f"{count:,} {state}" for state, count in one.states.items()),
        protocol.title,
    ]


def _waiting_line(protocol: Protocol) -> str:
    link = html_link(f"/benchmarks/{protocol.id}", protocol.id)
    return f'{link} <span class="note">{escape(protocol.title)}</span>'


def _suite_cells(one: SuiteSummary) -> list[str]:
    return [html_link(f"/suites/{one.name}", one.name), one.source]


def _job_parts(overview: Overview) -> Iterable[str]:
    yield "<h2>What runs now</h2>"
    yield job_table(overview.running) if overview.running else "<p>Nothing runs.</p>"
    if overview.ended:
        yield "<h2>Newest jobs that ended</h2>"
        yield job_table(overview.ended)


def _exploratory_parts(overview: Overview) -> Iterable[str]:
    yield "<h2>Exploratory boards</h2>"
    yield '<p class="note">Of whatever was trained: they suggest, and claim nothing.</p>'
    lines = [*overview.entered, *overview.shipped]
    names = {one.protocol.benchmark_id: one.protocol.id for one in lines}
    if overview.boards:
        yield html_table(
            ("what", "", "estimators", "runs that succeeded"),
            [(_board_cells(one, names), "") for one in overview.boards],
        )
    else:
        yield "<p>Nothing was submitted yet.</p>"


def _board_cells(one: BoardSummary, names: Mapping[str, str]) -> list[str]:
    """``names``: of registered benchmarks, whose runs are looked at again."""
    line = html_link(f"/boards/{one.benchmark_id}", benchmark_line(one.definition))
    name = names.get(one.benchmark_id)
    kind = f"exploratory, of {name}" if name else "exploratory"
    return [line, kind, f"{one.estimators:,}", f"{one.succeeded:,} of {one.runs:,}"]
