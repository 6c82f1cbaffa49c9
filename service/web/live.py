"""Pages of a running service: what there is, a board, a job, a paper's tables.  Pages of what still
runs reload themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import get_args

from markdown_it import MarkdownIt

from analysis.boards.shapes import Board
from analysis.boards.words import count
from analysis.pages.board import (
    about,
    board_section,
    link,
    page,
    pairs_section,
    shown_pictures,
    table,
)
from analysis.papers.catalogue import SuiteSummary
from analysis.papers.markdown import markdown
from analysis.papers.shapes import Report
from analysis.records.label import label
from estimators.specs.states import State
from estimators.specs.suites import Scale
from service.leaderboards.stored import Listed
from service.store.job_views import ENDED, JobView, RunView

KINDS = {
    "steps": "equal steps",
    "evals": "equal evaluations",
    "seconds": "equal seconds",
    "reach": "until a target",
}
FORMS = ("json", "csv", "md", "svg")
PICTURES = {
    "curves": "learning curves",
    "frontier": "what is reached for what is spent",
    "bias": "variance against bias",
    "variance": "variance along training",
}
SECONDS = 5  # between two looks at what runs
HOME = link("/", "Gradient Arena")


def home(boards: Iterable[Listed], jobs: Iterable[JobView], suites: Iterable[SuiteSummary]) -> str:
    """Benchmarks, papers and the newest jobs."""
    some = [([link(f"/boards/{one.benchmark_id}", one.benchmark_id), about(one.definition),
              count(one.estimators, "estimator"), f"{one.succeeded:,} of {one.runs:,} runs"], "")
            for one in boards]  # fmt: skip
    papers = [([link(f"/suites/{one.name}", one.name), one.source], "") for one in suites]
    body = [
        "<h1>Gradient Arena</h1>",
        "<p>Which gradient estimator is better, and what cannot be told.</p>",
        "<h2>Benchmarks</h2>",
        table(("benchmark", "what", "", "succeeded"), some)
        if some
        else "<p>Nothing was submitted yet.</p>",
        "<h2>Papers</h2>",
        table(("suite", "whose tables"), papers),
        "<h2>Newest jobs</h2>",
        listed(jobs),
        f"<nav>The API describes itself: {link('/openapi.json', 'openapi.json')}</nav>",
    ]
    return page("Gradient Arena", body)


def listed(jobs: Iterable[JobView]) -> str:
    rows = [
        ([link(f"/jobs/{view.job.id}", str(view.job.id)), what(view), *standing(view)], "")
        for view in jobs
    ]
    return table(("job", "what", "state", "steps done"), rows)


def what(view: JobView) -> str:
    """A job in a few words."""
    spec = view.job.spec
    estimator = label(spec["estimator"]) if view.job.estimator else "probe"
    return f"{estimator} on {spec['model']['name']}, {spec['dataset']['name']}"


def standing(view: JobView) -> list[str]:
    return [view.state, f"{min(1.0, view.done / view.total):.0%}"]


def board(found: Board, query: str) -> str:
    """One board of a benchmark, with ways to the others; ``query``: what was asked, for its other
    forms."""
    name, here = found.query.axis, f"/boards/{found.benchmark_id}"
    api = f"/v1/leaderboards/{found.benchmark_id}?"
    ask = f"&{query}" if query else ""
    forms = {kind.upper(): f"{api}format={kind}{ask}" for kind in FORMS}
    pictures = {"ranks": forms["SVG"]}
    if name == "steps" and any(row.ranks for row in found.rows):
        able = [
            each
            for each in PICTURES
            if each in ("curves", "frontier") or any(r.bias for r in found.rows)
        ]
        pictures |= {PICTURES[each]: f"{here}/{each}.svg" for each in able}
    others = " ".join(
        words if kind == name else link(f"{here}?axis={kind}", words)
        for kind, words in KINDS.items()
    )
    body = [
        f"<nav>{HOME}</nav><h1>{escape(about(found.definition))}</h1>",
        f"<p>Benchmark {found.benchmark_id}.</p><nav>Board at {others}</nav>",
        *board_section(found, name, pictures, forms),
        *(pairs_section(found) if found.pairs else ()),
    ]
    return page(about(found.definition), body)


def job(view: JobView, runs: Sequence[RunView], metric: str | None) -> str:
    """A job, its runs, and a picture of how they learn."""
    id, ended = view.job.id, view.state in ENDED
    ways = {"all of it as JSON": f"/v1/jobs/{id}"}
    if view.job.benchmark_id:
        ways |= {"its board": f"/boards/{view.job.benchmark_id}"}
    elif view.state == State.SUCCEEDED:
        ways |= {"its report": f"/v1/jobs/{id}/report"}
    state, done = standing(view)
    body = [
        f"<nav>{HOME}</nav><h1>{escape(what(view))}</h1>",
        f"<p>{state}, {done} of its steps.  {' '.join(link(to, words) for words, to in ways.items())}</p>",
        *shown_pictures({"learning curves": f"/jobs/{id}/curves.svg"} if metric else {}),
        run_table(runs, metric),
    ]
    return page(what(view), body, None if ended else SECONDS)


def run_table(runs: Sequence[RunView], metric: str | None) -> str:
    titles = ("run", "seed", "setting", "state", "", "step", *([metric] if metric else []))
    return table(titles, [(cells(run, metric), "") for run in runs])


def cells(view: RunView, metric: str | None) -> list[str]:
    steps = f"{view.step:,} of {view.bundle.steps:,}"
    last = view.summaries.get(metric) if metric else None
    value = [f"{last:.2f}" if last is not None else ""] if metric else []
    address = link(f"/v1/runs/{view.run.id}", str(view.run.number))
    return [
        address,
        str(view.run.seed),
        setting(view),
        view.state,
        view.run.reason or "",
        steps,
        *value,
    ]


def setting(view: RunView) -> str:
    """A run's point in the grid."""
    return ", ".join(f"{name} {value:g}" for name, value in view.run.setting.items())


def suite(found: Report, pictures: Mapping[str, str]) -> str:
    """A paper's tables with ours beside them."""
    return page(f"{found.suite}, {found.scale}", _suite(found, pictures))


def _suite(found: Report, pictures: Mapping[str, str]) -> Iterator[str]:
    scales = " ".join(
        scale if scale == found.scale else link(f"?scale={scale}", scale)
        for scale in get_args(Scale)
    )
    yield f"<nav>{HOME}</nav><nav>At the scale {scales}</nav>"
    text = (
        MarkdownIt("commonmark", {"xhtmlOut": False})
        .enable("table")
        .render(markdown(found, pictures))
    )
    yield text.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
