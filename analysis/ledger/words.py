"""The board of a registered benchmark in words."""

from collections.abc import Iterator

from analysis.boards.rows import DOUBTED, doubt_text
from analysis.ledger.clocks import clock_sentence
from analysis.ledger.kinds import UNKNOWN, kinds_sentence
from analysis.ledger.shapes import ClaimBoard, EqualCode
from analysis.ledger.strata import Stratum, stratum_words
from analysis.records.labels import UNBIASED
from analysis.records.phrases import count_text


def claim_verdict(board: ClaimBoard) -> list[str]:
    """Sentences, the most important first."""
    return [
        *_lead(board),
        *_told_apart(board),
        *_kinds(board),
        *_alike(board),
        *_clocks(board),
        *_notes(board),
        *_equal_codes(board),
        *_biased(board),
        *_doubted(board),
        *_edges(board),
        *_other_strata(board),
        *_left_out(board),
        *_way_back(board),
    ]


def _lead(board: ClaimBoard) -> Iterator[str]:
    if not board.rows:
        yield "No entry is ranked."
        return
    first = [row.label for row in board.rows if row.ranks[0] == 1]
    if all(row.lost == row.seeds for row in board.rows):
        yield "No entry arrives on any seed: nobody leads."
        return
    if len(board.rows) == 1:
        yield f"{board.rows[0].label} is the only entry that is ranked."
    elif len(first) > 1:
        yield f"The board cannot tell the best of {_listed(first)}."
    elif board.rows[0].ranks == (1, 1):
        yield f"{first[0]} is better than every other entry."
    else:
        yield f"{first[0]} is the only entry that none is better than."


def _told_apart(board: ClaimBoard) -> Iterator[str]:
    if board.pairs:
        claims = sum(pair.better is not None for pair in board.pairs)
        seeds = board.rows[0].seeds
        yield f"{claims} of {len(board.pairs)} pairs are told apart, over {seeds} seeds."


def _kinds(board: ClaimBoard) -> Iterator[str]:
    if board.query.of_all_kinds:
        devices = [row.device or board.device or UNKNOWN for row in board.rows]
        yield from filter(None, [kinds_sentence(devices)])


def _alike(board: ClaimBoard) -> Iterator[str]:
    """A claim of its own, and not the lack of another."""
    if board.query.margin and board.pairs:
        count = sum(bool(pair.same) for pair in board.pairs)
        yield (
            f"{count} of {len(board.pairs)} pairs differ by less than {board.query.margin:g} "
            f"{board.unit} in the median (two one-sided sign tests, Holm)."
        )


def _clocks(board: ClaimBoard) -> Iterator[str]:
    seeds = board.rows[0].seeds if board.rows else 0
    if sentence := clock_sentence(board.clocks, seeds):
        yield sentence


def _notes(board: ClaimBoard) -> Iterator[str]:
    labels = {row.entry_id: row.label for row in board.rows}
    for pair in board.pairs:
        if pair.note and pair.better:
            loser = pair.second if pair.better == pair.first else pair.first
            yield f"{labels[pair.better]} against {labels[loser]}: {pair.note}."
    for row in board.rows:
        if row.diverged:
            yield f"{row.label}: {row.diverged} of {row.seeds} seeds diverged, which lose."
        if late := row.lost - row.diverged:
            yield f"{row.label}: {late} of {row.seeds} seeds never arrived, which lose."


def _biased(board: ClaimBoard) -> Iterator[str]:
    some = [
        row.label
        for row in board.rows
        if row.unbiased_for is not None and row.unbiased_for not in UNBIASED
    ]
    if some:
        yield f"Declared to be biased: {_listed(some)}."


def _doubted(board: ClaimBoard) -> Iterator[str]:
    """Proved by enumeration, else it had no rank."""
    if some := [doubt_text(row.label, row.bias, row.doubt) for row in board.rows if row.doubt]:
        yield f"{DOUBTED}: {_listed(some)}."


def _edges(board: ClaimBoard) -> Iterator[str]:
    for edge in ("lowest", "highest"):
        if some := [row.label for row in board.rows if row.edge == edge]:
            yield f"Tuning chose the {edge} rate, and a better one may lie beyond: {_listed(some)}."
        if some := [row.label for row in board.rows if row.own_edge == edge]:
            named = f"the {edge} of the rates that the entry named, and the grid goes on"
            yield f"Tuning chose {named}: {_listed(some)}."


def _equal_codes(board: ClaimBoard) -> Iterator[str]:
    for one in board.equal_codes:
        words = stratum_words(Stratum(one.code, one.device))
        near = f"within {one.gap:.0e}" if one.gap else "too"
        yield (
            f"{count_text(one.rows, 'row')} trained {words}; {_equality(board, one)} "
            f"({one.made_on}), and what was measured of the gradient {near}."
        )


def _equality(board: ClaimBoard, one: EqualCode) -> str:
    bounds = "gives the bounds of one run of each"
    if one.beside is None:
        return f"code {board.code} on {one.tried_on or board.device} {bounds} again bit for bit"
    both = f"code {one.beside}, which stands for it there, where both train on {one.tried_on}"
    return f"code {board.code} {bounds} bit for bit as {both}"


def _other_strata(board: ClaimBoard) -> Iterator[str]:
    for one in board.strata:
        here = board.query.of_all_kinds or one.device == board.device
        if one.code != board.code or not here:
            count = count_text(one.entries, "complete entry", "complete entries")
            words = stratum_words(Stratum(one.code, one.device))
            yield f"{count} trained {words}: another board."


def _left_out(board: ClaimBoard) -> Iterator[str]:
    mixed = any(row.shipped for row in board.rows)
    for one in board.unranked:
        here = ", entered here" if mixed and not one.shipped else ""
        yield f"Not ranked: {one.label}{here}: {one.reason.rstrip('.')}."


def _way_back(board: ClaimBoard) -> Iterator[str]:
    """What brings own entries of other code onto this board, nobody having compared theirs; and
    where those of another kind of processor stand, and what ranks them among all."""
    local = [one for one in board.unranked if not one.shipped]
    name = board.benchmark.split("@")[0]
    if labels := [one.label for one in local if one.elsewhere == "code"]:
        yield (
            f"Enter {_listed(labels)} again (gradarena enter {name}) and the code that runs here "
            f"trains {'it' if len(labels) == 1 else 'them'}; or write them to a folder and train "
            f"one run of each again, which holds their results to that code (gradarena ship "
            f"results {name} --to FOLDER, then ship confirm {board.benchmark} --to FOLDER)."
        )
    labels = [one.label for one in local if one.elsewhere == "device"]
    if labels and not board.query.of_all_kinds:
        stands = "stands" if len(labels) == 1 else "stand"
        yield (
            f"{_listed(labels)} {stands} on the board of another kind of processor (gradarena "
            f"claims {name} --device NAME): who is to be compared there is entered there too "
            f"(gradarena enter {name} --all).  At equal steps or evaluations all kinds of device "
            f"are ranked together (gradarena claims {name} --device any): of each estimator that "
            f"code {board.code} trained, the entry on the commonest of them."
        )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]
