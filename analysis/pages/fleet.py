"""The fleet: who trains, what waits, and why."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from analysis.pages.html import HOME, html_link, html_page, html_table
from analysis.pages.progress import duration_text

RELOAD_SECONDS = 10


class WorkerLine(NamedTuple):
    """A worker as it last said of itself; ``job``: what it trains, by title and address;
    ``missing_data``: datasets whose files are not on its machine."""

    name: str
    device: str
    queues: Sequence[str]
    silent: float
    job: tuple[str, str] | None
    trouble: str | None
    missing_data: Sequence[str]


class WaitingLine(NamedTuple):
    """A job that waits."""

    address: str
    title: str
    owner: str
    reason: str


def fleet_page(
    workers: Sequence[WorkerLine], depths: Mapping[str, int], waiting: Sequence[WaitingLine]
) -> str:
    """``depths``: programs that wait, by queue."""
    queues = [([name, f"{depth:,}"], "") for name, depth in sorted(depths.items())]
    titles = ("worker", "does", "queues", "heard", "device", "lacks the files of")
    body = [
        f"{HOME}<h1>Fleet</h1><h2>Workers</h2>",
        html_table(titles, [(_worker_cells(one), "") for one in workers])
        if workers
        else "<p>No worker was heard lately: nothing trains.  <code>make up</code> starts one.</p>",
        "<h2>Queues</h2>",
        html_table(("queue", "programs that wait"), queues) if queues else "<p>Nothing waits.</p>",
        *_waiting_parts(waiting),
    ]
    return html_page("Fleet - Gradient Arena", body, RELOAD_SECONDS)


def _worker_cells(one: WorkerLine) -> list[str]:
    does = html_link(one.job[1], one.job[0]) if one.job else one.trouble or "waits for work"
    return [
        one.name,
        does,
        ", ".join(one.queues),
        f"{duration_text(one.silent)} ago",
        one.device,
        ", ".join(one.missing_data),
    ]


def _waiting_parts(waiting: Sequence[WaitingLine]) -> Iterable[str]:
    if not waiting:
        return
    yield "<h2>Jobs that wait</h2>"
    rows = [([html_link(one.address, one.title), one.reason, one.owner], "") for one in waiting]
    yield html_table(("job", "why", "owner"), rows)
