"""A board in words: what it can and what it cannot tell apart."""

from collections.abc import Iterator

from analysis.boards.metrics import SPENT, counted_spend
from analysis.boards.shapes import Board, Pair, Row
from analysis.records.phrases import count_text, interval_text, name_list
from analysis.records.thresholds import MOST_SEEDS


def board_verdict(board: Board) -> list[str]:
    """Sentences, the most important first."""
    ranked = [row for row in board.rows if row.ranks]
    return [
        *_lead_sentences(board, ranked),
        *_power_sentences(board),
        *_caveat_sentences(ranked, board),
        *_unranked_sentences(board),
    ]


def _lead_sentences(board: Board, ranked: list[Row]) -> Iterator[str]:
    if not ranked:
        yield "No estimator is ranked."
        return
    best = ranked[0]
    value = interval_text(best.value)
    yield (
        f"{_budget_words(board)}, over {best.seeds} seeds, {best.label} leads with {value} "
        f"{board.unit}."
    )
    tied = [row.label for row in ranked[1:] if row.ranks and row.ranks[0] == 1]
    beaten = {pair.second for pair in board.pairs if pair.better == pair.first == best.cell_id}
    worse = [row.label for row in ranked[1:] if row.cell_id in beaten]
    if tied:
        yield f"The board cannot tell the best of {name_list([best.label, *tied])}."
    if worse:
        yield f"Certainly worse than {best.label}: {name_list(worse)}."


def _budget_words(board: Board) -> str:
    query = board.query
    spent = f"{query.budget or 0:,.6g} {SPENT[counted_spend(query)]}"
    return (
        f"Until {query.metric} is {query.target:.4g}, within {spent}"
        if board.query.axis == "reach"
        else f"At {spent}"
    )


def _power_sentences(board: Board) -> Iterator[str]:
    if not board.pairs:
        return
    names = {row.cell_id: row.label for row in board.rows}
    still = [pair for pair in board.pairs if pair.better is None]
    detectable = f"{board.visible or 0:.2g}" + (
        " (in logarithms)" if board.query.axis == "reach" else f" {board.unit}"
    )
    yield (
        f"{len(board.pairs) - len(still)} of {len(board.pairs)} pairs are told apart; "
        f"a pair that differs by {detectable} shows with 80% chance."
    )
    near = sorted(
        (pair for pair in still if pair.more_seeds), key=lambda pair: pair.more_seeds or 0
    )
    if near:
        yield (
            "If differences are what they seem, more seeds would settle: "
            + "; ".join(_seed_plan(p, names) for p in near[:3])
            + "."
        )
    if len(near) > 3:
        yield f"All {len(near)} open pairs that can be settled: {near[-1].more_seeds:,} more seeds."
    if hopeless := len(still) - len(near):
        least = f"{board.method.threshold or 0:.2g}"
        verb = "differs" if hopeless == 1 else "differ"
        pairs = f"{count_text(hopeless, 'pair')} {verb}"
        yield f"{pairs} by less than {least}, or too little for {MOST_SEEDS:,} seeds."


def _seed_plan(pair: Pair, names: dict[str, str]) -> str:
    return f"{names[pair.first]} and {names[pair.second]}, {pair.more_seeds:,}"


def _caveat_sentences(ranked: list[Row], board: Board) -> Iterator[str]:
    for row in ranked:
        if row.diverged:
            share = f"{row.diverged}/{row.seeds + row.diverged}"
            yield f"{row.label}: {share} seeds diverged; its mean is over the others."
        if row.censored:
            share = f"{row.censored}/{row.seeds}"
            yield f"{row.label}: {share} seeds never got there; they count with the whole budget."
    biased = [
        f"{row.label} ({row.bias.mean:.0%})"
        for row in ranked
        if row.bias and (row.bias.low or 0) > 0
    ]
    if biased:
        yield f"Measured to be biased: {name_list(biased)}."
    if any(row.provisional for row in ranked):
        yield f"Ranks below {board.method.firm_seeds} seeds are provisional."


def _unranked_sentences(board: Board) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for row in board.rows:
        if row.unranked:
            reasons.setdefault(row.unranked, []).append(row.label)
    for reason, names in reasons.items():
        yield f"Listed, not ranked ({reason}): {name_list(names)}."
