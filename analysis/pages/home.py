"""The first page of a running service."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from analysis.boards.shapes import BoardSummary
from analysis.ledger.standings import Standings
from analysis.pages.board import benchmark_line
from analysis.pages.cards import BenchmarkLine, benchmark_card
from analysis.pages.html import HOME, Markup, html_link, html_list, html_page, html_table, link_row
from analysis.pages.job import JobLine, job_table
from analysis.pages.ranking import estimator_link
from analysis.records.phrases import interval_text
from estimators.specs.protocols import Protocol

STANDING = 5  # estimators of the standings
SMALL = "digits-"  # names of benchmarks whose entries train on a laptop


class PaperLine(NamedTuple):
    """A paper whose tables are run; ``shipped``: whether results of it came with the package."""

    name: str
    source: str
    shipped: bool


class Overview(NamedTuple):
    """What the first page shows; ``shipped``: benchmarks whose results came with the package and
    that nobody entered here; ``others``: those that have none."""

    entered: Sequence[BenchmarkLine]
    shipped: Sequence[BenchmarkLine]
    others: Sequence[Protocol]
    standings: Standings
    papers: Sequence[PaperLine]
    running: Sequence[JobLine]
    ended: Sequence[JobLine]
    boards: Sequence[BoardSummary]


def home_page(overview: Overview) -> str:
    """Benchmarks, standings, papers, jobs, and what else was trained."""
    body = [
        f"{HOME}<h1>Gradient Arena</h1>",
        '<p class="lead">Which gradient estimator of stochastic neural networks is better, and '
        "what cannot be told?  All train on one protocol, are held to what they declare by exact "
        "enumeration, and are ranked with intervals that say which differences are real.</p>",
        link_row(
            [
                html_link(_entering(overview), "Enter an estimator", "button"),
                html_link("/submit", "Train one by itself", "button"),
                html_link("/estimators", "What estimators there are", "button"),
            ]
        ),
        *_benchmark_parts(overview),
        *_standing_parts(overview.standings),
        "<h2>What runs now</h2>",
        job_table(overview.running) if overview.running else "<p>Nothing runs.</p>",
        "<h2>Papers</h2>",
        html_table(
            ("tables", "of", "results beside them"),
            [(_paper_cells(one), "") for one in overview.papers],
        ),
        *_exploratory_parts(overview),
        *_ended_parts(overview.ended),
    ]
    return html_page("Gradient Arena", body)


def _entering(overview: Overview) -> str:
    """The form of the benchmark that a newcomer enters: one that has entries, else a small one."""
    some = [one.protocol.id for one in (*overview.entered, *overview.shipped)]
    small = [one.id for one in overview.others if one.name.startswith(SMALL)]
    first = [*some, *small, *(one.id for one in overview.others)][0]
    return f"/benchmarks/{first}/enter"


def _benchmark_parts(overview: Overview) -> Iterator[str]:
    yield "<h2>Benchmarks</h2>"
    if not overview.entered:
        yield "<p>Nobody is entered for a benchmark yet.</p>"
    lines = [*overview.entered, *overview.shipped]
    if lines:
        yield f'<div class="cards">{"".join(map(benchmark_card, lines))}</div>'
        yield '<p class="note">Bars: the places that a row may have, for all that the data tell.  '
        yield "Points: medians with 95% intervals; lower is better.</p>"
    if overview.shipped:
        yield '<p class="note">Shipped results came with the package: read-only, recomputed by '
        yield "<code>gradarena board verify</code>; what is entered here is ranked among them.</p>"
    small = [one for one in overview.others if one.name.startswith(SMALL)]
    large = [one for one in overview.others if one not in small]
    yield from _waiting_parts("benchmarks wait for entries, and train in minutes", small, True)
    yield from _waiting_parts("larger benchmarks, of papers, wait for entries", large, False)


def _waiting_parts(words: str, some: Sequence[Protocol], is_open: bool) -> Iterator[str]:
    if some:
        yield f"<details{' open' if is_open else ''}><summary>{len(some)} {words}</summary>"
        yield html_list(_waiting_line(one) for one in some)
        yield "<p><code>gradarena enter NAME --all</code> enters every built-in estimator.</p>"
        yield "</details>"


def _waiting_line(protocol: Protocol) -> str:
    link = html_link(f"/benchmarks/{protocol.id}", protocol.id)
    return f'{link} <span class="note">{escape(protocol.title)}</span>'


def _standing_parts(standings: Standings) -> Iterator[str]:
    yield "<h2>Standings over benchmarks</h2>"
    for sentence in standings.verdict[:2]:
        yield f"<p>{escape(sentence)}</p>"
    best = [one for one in standings.estimators if one.mean_rank][:STANDING]
    if standings.critical_difference is not None:
        rows = [([estimator_link(one.label), interval_text(one.mean_rank)], "") for one in best]
        yield html_table(("estimator", "mean rank"), rows)
    yield link_row([html_link("/standings", "All standings")])


def _paper_cells(one: PaperLine) -> list[str]:
    trained = html_link(f"/suites/{one.name}", "trained here")
    shipped = html_link(f"/papers/{one.name}", "shipped with the package") if one.shipped else ""
    return [one.name, one.source, Markup(" ".join(filter(None, (shipped, trained))))]


def _ended_parts(ended: Sequence[JobLine]) -> Iterable[str]:
    if ended:
        yield f"<h2>Newest jobs that ended</h2>{job_table(ended)}"


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
