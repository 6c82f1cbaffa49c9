"""A registered benchmark's page: what it declares, its board, its entries, how to enter."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from analysis.boards.metrics import SPENT
from analysis.ledger.shapes import ClaimBoard, ClaimPair
from analysis.pages.claim_table import claim_parts
from analysis.pages.html import (  # fmt: skip
    HOME,
    Markup,
    code_block,
    html_facts,
    html_link,
    html_page,
    html_table,
    link_row,
    sentence_list,
    state_mark,
)
from analysis.pages.live_board import AXES
from analysis.pages.origins import board_address, countable_query, origin_parts, stratum_query
from analysis.pages.pictures import picture_figure
from analysis.pages.protocol import protocol_facts
from analysis.records.labels import setting_label
from analysis.records.phrases import count_text, interval_text
from analysis.records.shapes import Interval
from estimators.specs.protocols import Protocol

ENTRY_TITLES = ("estimator", "state", "reason", "chosen", "tuning", "confirmation", "entry")
SHIPPED = "shipped"  # in place of what is of this service
MOST_PAIRS = 60  # on a page; all of them are in the board's JSON
PAIR_TITLES = (
    "first", "second", "wins", "losses", "ties", "median difference", "p (Holm)", "better", "",
)  # fmt: skip


class EntryLine(NamedTuple):
    """An entry in a list; jobs by their ids, none of an entry that came with the package."""

    entry_id: str
    label: str
    state: str
    reason: str | None
    setting: dict[str, float] | None
    tuning_job_ids: list[str]
    confirmation_job_id: str | None


def benchmark_page(
    protocol: Protocol,
    versions: Sequence[str],
    entries: Sequence[EntryLine],
    board: ClaimBoard,
    address: str,
) -> str:
    """``versions``: of its name, the oldest first; ``address``: of the service, as commands name
    it."""
    api = f"/v1/benchmarks/{protocol.id}"
    body = [
        f"{HOME}<h1>{escape(protocol.id)}</h1><p>{escape(protocol.title)}</p>",
        link_row(
            [
                html_link(f"/benchmarks/{protocol.id}/enter", "Enter an estimator", "button"),
                html_link(api, "benchmark"),
                *(html_link(f"{api}/{part}", part) for part in ("entries", "board", "ledger")),
            ],
            after="as JSON",
        ),
        *_version_parts(protocol, versions),
        *_board_parts(protocol, board),
        *_picture_parts(protocol, board),
        "<h2>Entries</h2>",
        *_entry_parts(protocol, entries),
        "<h2>Enter an estimator</h2>",
        *_enter_parts(protocol, address),
        "<h2>Protocol</h2>",
        '<p class="note">Declared before any run; a change is a new version.</p>',
        html_facts(protocol_facts(protocol)),
    ]
    return html_page(f"{protocol.id} - Gradient Arena", body, scripts=("board.js",))


def _version_parts(protocol: Protocol, versions: Sequence[str]) -> Iterator[str]:
    """What a reader of an old version must not miss, and where the old ones are."""
    others = [one for one in versions if one != protocol.id]
    if not others:
        return
    newer = versions[-1] != protocol.id
    words = "This is an old version; the newest is" if newer else "Older versions:"
    links = [html_link(f"/benchmarks/{one}", one) for one in ([versions[-1]] if newer else others)]
    yield f'<p class="note">{words} {", ".join(links)}</p>'


def _board_parts(protocol: Protocol, board: ClaimBoard) -> Iterator[str]:
    yield "<h2>Board</h2>"
    tabs = " ".join(_axis_tabs(protocol, board))
    yield f'<nav class="tabs" aria-label="what is equal">{tabs}</nav>'
    yield f'<p class="note">{escape(_asked_words(board))}</p>'
    # what a board mixes is said before the fold
    yield sentence_list(board.verdict, 3 if board.query.of_all_kinds else 2)
    if board.rows:
        yield from claim_parts(board, f"/benchmarks/{board.benchmark}")
    if board.pairs:
        names = {row.entry_id: row.label for row in board.rows}
        some = board.pairs[:MOST_PAIRS]
        yield f"<details><summary>{count_text(len(board.pairs), 'pair')}</summary>"
        rest = f"  {len(some):,} of them; JSON has all." if len(some) < len(board.pairs) else ""
        yield f'<p class="note">First against second, seed by seed; a lower bound wins.{rest}</p>'
        yield html_table(PAIR_TITLES, [(_pair_cells(pair, names), "") for pair in some])
        yield "</details>"
    yield from origin_parts(board)


def _axis_tabs(protocol: Protocol, board: ClaimBoard) -> Iterator[str]:
    """The axes that the protocol declares."""
    for axis, words in AXES.items():
        if axis == board.query.axis:
            yield f'<b aria-current="page">{words}</b>'
        elif axis != "reach" or protocol.reach:
            query = countable_query(board.query.model_copy(update={"axis": axis}))
            yield html_link(board_address(board.model_copy(update={"query": query})), words)


def _asked_words(board: ClaimBoard) -> str:
    """What is equal, and what is compared."""
    if board.query.axis == "reach":
        target = f"a validation bound of {board.target or 0:g}"
        return f"Compared: {board.unit} until {target} is met; fewer are better."
    amount = f"{board.budget:,.6g} " if board.budget else ""
    unit = f"{amount}{SPENT[board.query.axis]}"
    return f"Compared: the test bound after {unit}, in {board.unit}; lower is better."


def _picture_parts(protocol: Protocol, board: ClaimBoard) -> Iterator[str]:
    """Drawn when they are looked at; behind each is its JSON."""
    if not board.rows:
        return
    pictures = {"sensitivity": "Validation bounds of tuning runs against their rates"}
    if protocol.reach:
        pictures["profiles"] = "Share of seeds and targets that are met, against steps"
    for name, title in pictures.items():
        address = f"/v1/benchmarks/{protocol.id}/{name}?{stratum_query(board.query)}"
        yield picture_figure(title, f"{address}&format=svg".replace("?&", "?"), address.rstrip("?"))


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
    links = [html_link(f"{api}?history=true", "earlier tries too")]
    if any(one.tuning_job_ids for one in entries):
        links.append(html_link(f"/boards/{protocol.benchmark_id}", "exploratory board of all runs"))
    yield link_row(links)


def _entry_cells(entry: EntryLine, api: str) -> list[str]:
    if not entry.tuning_job_ids:
        return _shipped_cells(entry, api)
    confirmation = entry.confirmation_job_id
    return [
        entry.label,
        state_mark(entry.state),
        entry.reason or "",
        setting_label(entry.setting) if entry.setting else "",
        Markup(", ".join(html_link(f"/jobs/{one}", "job") for one in entry.tuning_job_ids)),
        html_link(f"/jobs/{confirmation}", "job") if confirmation else "",
        html_link(f"{api}/{entry.entry_id}".removeprefix("/v1"), "page"),
    ]


def _shipped_cells(entry: EntryLine, api: str) -> list[str]:
    """Of one that has no jobs and no page here."""
    chosen = setting_label(entry.setting) if entry.setting else ""
    link = html_link(f"{api}/{entry.entry_id}", "JSON")
    return [
        entry.label,
        state_mark(entry.state),
        entry.reason or "",
        chosen,
        SHIPPED,
        SHIPPED,
        link,
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
            f"gradarena enter {protocol.id} {example}",
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
    yield f'<p class="note">Built-in estimators that serve: {escape(", ".join(names))}.  '
    yield f"Every entry has {count_text(protocol.tuning.trials, 'trial')}: each learning rate, or "
    yield "some of them at settings of its own (<code>tuning</code> beside "
    yield "<code>estimator</code>).</p>"
