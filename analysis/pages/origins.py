"""What the rows of a registered benchmark's board came from, and where the boards of others are."""

from collections.abc import Iterator
from html import escape
from urllib.parse import urlencode

from analysis.ledger.kinds import UNKNOWN
from analysis.ledger.shapes import ALL_KINDS, ClaimBoard, ClaimQuery, StratumSize
from analysis.ledger.strata import Stratum, is_timed, stratum_words
from analysis.pages.html import Markup, html_link, link_row
from analysis.records.phrases import count_text


def origin_parts(board: ClaimBoard) -> Iterator[str]:
    """What its rows came from, and the boards of others."""
    if origin := _origin(board):
        yield f'<p class="note">{origin}</p>'
    if trained := _provenance(board):
        yield f'<p class="note">{escape(trained)}</p>'
    if board.strata:
        yield link_row(_stratum_links(board), after="boards of one code and device each")
    yield from _all_kinds_parts(board)


def _all_kinds_parts(board: ClaimBoard) -> Iterator[str]:
    """To the board of all kinds of device that trained entries by this code."""
    devices = {one.device for one in board.strata if one.code == board.code}
    if len(devices) > 1 and not board.query.of_all_kinds:
        query = ClaimQuery(code=board.query.code, device=ALL_KINDS)
        address = board_address(board.model_copy(update={"query": query}))
        link = html_link(address, "all kinds of device on one board")
        yield link_row([link], after="at equal steps or evaluations")


def _origin(board: ClaimBoard) -> str:
    """How much of it came with the package."""
    if board.shipped:
        return "Shipped with the package, read-only: nobody is entered here yet."
    count = sum(row.shipped for row in board.rows)
    both = [count_text(number, "row") for number in (count, len(board.rows) - count)]
    return (
        f"{both[0]} shipped with the package, read-only; {both[1]} entered here." if count else ""
    )


def _stratum_links(board: ClaimBoard) -> Iterator[Markup]:
    """To the boards of other codes and devices."""
    for one in board.strata:
        words = stratum_words(Stratum(one.code, one.device))
        yield html_link(
            f"/benchmarks/{board.benchmark}?{stratum_query(one)}",
            f"{count_text(one.entries, 'entry', 'entries')} {words}",
        )


def countable_query(query: ClaimQuery) -> ClaimQuery:
    """Of the commonest kind of device where seconds of all kinds would be ranked."""
    mixed = query.of_all_kinds and is_timed(query)
    return query.model_copy(update={"device": None}) if mixed else query


def board_address(board: ClaimBoard) -> str:
    """Of the page with this board, as it was asked for."""
    asked = urlencode(board.query.model_dump(exclude_defaults=True, exclude_none=True))
    return f"/benchmarks/{board.benchmark}" + (f"?{asked}" if asked else "")


def stratum_query(asked: StratumSize | ClaimQuery) -> str:
    """As an address has it; empty where it names neither code nor device."""
    some = {"code": asked.code, "device": asked.device}
    return urlencode({name: value for name, value in some.items() if value})


def _provenance(board: ClaimBoard) -> str:
    """What trained the ranked entries, as far as it is known."""
    if not (board.code or board.device):
        return ""
    if board.query.of_all_kinds:
        code = stratum_words(Stratum(board.code, None)) if board.code else ""
        return f"Trained {code} on all kinds of device; most entries on {board.device or UNKNOWN}."
    return f"Trained {stratum_words(Stratum(board.code, board.device))}."
