"""A registered benchmark's page: what it declares, its board, its entries, how to enter."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from analysis.ledger.shapes import ClaimBoard, ClaimPair, ClaimRow
from analysis.pages.html import (  # fmt: skip
    HOME,
    code_block,
    html_facts,
    html_link,
    html_page,
    html_table,
    state_mark,
)
from analysis.pages.protocol import protocol_facts
from analysis.records.labels import setting_label
from analysis.records.phrases import interval_text
from analysis.records.shapes import Interval
from estimators.specs.protocols import Protocol

ENTRY_TITLES = ("estimator", "state", "reason", "chosen", "tuning", "confirmation", "entry")
ROW_TITLES = (
    "rank", "estimator", "learning rate", "median", "interquartile mean", "mean",
    "chance to be lower", "diverged",
    "unbiased for", "evaluations/step", "tuning cost",
)  # fmt: skip
PAIR_TITLES = (
    "first", "second", "wins", "losses", "ties", "median difference", "p (Holm)", "better", "",
)  # fmt: skip


class EntryLine(NamedTuple):
    """An entry in a list; jobs by their ids."""

    entry_id: str
    label: str
    state: str
    reason: str | None
    setting: dict[str, float] | None
    tuning_job_id: str
    confirmation_job_id: str | None


def benchmark_page(
    protocol: Protocol, entries: Sequence[EntryLine], board: ClaimBoard, address: str
) -> str:
    """``address``: of the service, as commands name it."""
    api = f"/v1/benchmarks/{protocol.id}"
    body = [
        f"{HOME}<h1>{escape(protocol.id)}</h1><p>{escape(protocol.title)}</p>",
        f"<div class=links>As JSON: {html_link(api, 'benchmark')} "
        f"{html_link(f'{api}/entries', 'entries')} "
        f"{html_link(f'{api}/board', 'board')} {html_link(f'{api}/ledger', 'ledger')}</div>",
        *_board_parts(board),
        *_picture_parts(protocol, board),
        "<h2>Entries</h2>",
        *_entry_parts(protocol, entries),
        "<h2>Enter an estimator</h2>",
        *_enter_parts(protocol, address),
        "<h2>Protocol</h2>",
        '<p class="note">Declared before any run; a change is a new version.</p>',
        html_facts(protocol_facts(protocol)),
    ]
    return html_page(f"{protocol.id} - Gradient Arena", body)


def _board_parts(board: ClaimBoard) -> Iterator[str]:
    yield "<h2>Board</h2>"
    if board.shipped:
        yield '<p class="note">Shipped with the package, read-only: nobody is entered here yet.</p>'
    if board.rows:
        yield f'<p class="note">Trained by code {escape(board.code or "unknown")} on '
        yield f"{escape(board.device or 'an unknown device')}.</p>"
    yield "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in board.verdict) + "</ul>"
    if board.rows:
        yield html_table(ROW_TITLES, [(_row_cells(row), "") for row in board.rows])
        yield f'<p class="note">Lower is better.  Claim: {escape(board.claim)}.  Rank: the places '
        yield "that the claims leave open.  Intervals: 95%, of one row and not of a difference.  "
        yield "Chance: of being lower on a seed than another row drawn at random.  "
        yield "Tuning cost: evaluations of the cost per example, of all tuning runs.</p>"
    if board.pairs:
        names = {row.entry_id: row.label for row in board.rows}
        yield "<h2>Pairs</h2>"
        yield '<p class="note">First against second, seed by seed; a lower bound wins.</p>'
        yield html_table(PAIR_TITLES, [(_pair_cells(pair, names), "") for pair in board.pairs])


def _picture_parts(protocol: Protocol, board: ClaimBoard) -> Iterator[str]:
    """Drawn when they are looked at; behind each is its JSON."""
    if not board.rows:
        return
    pictures = {"sensitivity": "validation bounds of tuning runs against their rates"}
    if protocol.reach:
        pictures["profiles"] = "share of seeds and targets that are met, against steps"
    for name, title in pictures.items():
        address = f"/v1/benchmarks/{protocol.id}/{name}"
        yield f"<h2>{name.capitalize()}</h2>"
        yield f'<img loading="lazy" src="{address}?format=svg" alt="{title}">'
        yield f'<p class="note">{title.capitalize()}; {html_link(address, "as JSON")}.</p>'


def _row_cells(row: ClaimRow) -> list[str]:
    low, high = row.ranks
    return [
        f"{low}" if low == high else f"{low}-{high}",
        row.label,
        _rate_text(row),
        *(interval_text(s) for s in (row.median, row.interquartile_mean, row.mean, row.chance)),
        f"{row.diverged:,} of {row.seeds:,}",
        (row.unbiased_for or "not said").replace("_", " "),
        f"{row.evaluations:,.3g}" if row.evaluations is not None else "-",
        f"{row.tuning_evaluations:,.0f}" if row.tuning_evaluations is not None else "-",
    ]


def _rate_text(row: ClaimRow) -> str:
    rate = row.setting.get("learning_rate")
    if rate is None:
        return "-"
    return f"{rate:g}" + (f", the {row.edge} tried" if row.edge else "")


def _pair_cells(pair: ClaimPair, names: dict[str, str]) -> list[str]:
    difference = None
    if pair.median is not None:
        difference = Interval(mean=pair.median, low=pair.low, high=pair.high)
    return [
        names[pair.first],
        names[pair.second],
        *(f"{count:,}" for count in (pair.wins, pair.losses, pair.ties)),
        interval_text(difference),
        f"{pair.p:.3g}",
        names[pair.better] if pair.better else "open",
        pair.note or "",
    ]


def _entry_parts(protocol: Protocol, entries: Sequence[EntryLine]) -> Iterator[str]:
    if not entries:
        yield "<p>Nobody is entered.</p>"
        return
    api = f"/v1/benchmarks/{protocol.id}/entries"
    yield html_table(ENTRY_TITLES, [(_entry_cells(one, api), "") for one in entries])
    history = html_link(f"{api}?history=true", "earlier tries too")
    runs = html_link(f"/boards/{protocol.benchmark_id}", "exploratory board")
    yield f"<div class=links>{history} {runs} of all runs, those of tuning among them</div>"


def _entry_cells(entry: EntryLine, api: str) -> list[str]:
    confirmation = entry.confirmation_job_id
    return [
        entry.label,
        state_mark(entry.state),
        entry.reason or "",
        setting_label(entry.setting) if entry.setting else "",
        html_link(f"/jobs/{entry.tuning_job_id}", "job"),
        html_link(f"/jobs/{confirmation}", "job") if confirmation else "",
        html_link(f"{api}/{entry.entry_id}".removeprefix("/v1"), "page"),
    ]


def _enter_parts(protocol: Protocol, address: str) -> Iterable[str]:
    names = [one.name for one in protocol.entrants()]
    example = "muprop" if "muprop" in names else names[0]
    body = f'{{"estimator": {{"name": "{example}"}}}}'
    form = html_link(f"/benchmarks/{protocol.id}/enter", "Enter one by a form")
    yield f"<p>It is tuned, confirmed and ranked by itself.  {form}, or from a command line:</p>"
    yield code_block(
        [
            f"export GRADARENA_URL={address}",
            f"gradarena enter {protocol.id} --all",
            f"""echo '{{"name": "{example}"}}' | gradarena enter {protocol.id} -""",
        ]
    )
    yield "<p>The same by HTTP:</p>"
    yield code_block(
        [
            f"curl {address}/v1/benchmarks/{protocol.id}/entries \\",
            "  -H 'Content-Type: application/json' \\",
            f"  -d '{body}'",
        ]
    )
    yield f'<p class="note">Built-in estimators that serve: {escape(", ".join(names))}.</p>'
