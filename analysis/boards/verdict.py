"""A board in words: what it can and what it cannot tell apart."""

from collections.abc import Iterator

from analysis.boards.metrics import SPENT, counted_spend
from analysis.boards.rows import DOUBTED, doubt_text
from analysis.boards.shapes import Board, Pair, Row
from analysis.records.phrases import count_text, interval_text, name_list
from analysis.records.thresholds import MOST_SEEDS

EXPLORATORY = (
    "Exploratory: of whatever was run, so that it suggests and claims nothing; to add seeds until "
    "a pair shows turns 5% of boards with a false pair into 8% by two looks, and 13% by four.  "
    "Registered benchmarks claim."
)


def board_verdict(board: Board) -> list[str]:
    """Sentences, the most important first."""
    ranked = [row for row in board.rows if row.ranks]
    return [
        *_lead_sentences(board, ranked),
        *_power_sentences(board),
        *_caveat_sentences(ranked, board),
        *_mixture_sentences(board),
        *_bound_sentences(board),
        *_unranked_sentences(board),
        EXPLORATORY,
    ]


def _lead_sentences(board: Board, ranked: list[Row]) -> Iterator[str]:
    if not ranked:
        yield "No estimator is ranked."
        return
    best = ranked[0]
    first = [row for row in ranked if row.ranks and row.ranks[0] == 1]
    if best.value is None:
        yield f"{_budget_words(board)}, no estimator arrives in most of its seeds: nobody leads."
        return
    if best not in first:
        yield f"{_budget_words(board)}, every estimator seems worse than another: nobody leads."
        return
    does = "leads with" if len(ranked) > 1 else "is the only one that is ranked:"
    yield (
        f"{_budget_words(board)}, over {best.seeds} seeds, {best.label} {does} "
        f"{interval_text(best.value)} {board.unit}."
    )
    if len(first) > 1:
        yield f"The board cannot tell the best of {name_list([row.label for row in first])}."
    beaten = {
        loser
        for pair in board.pairs
        if pair.better == best.cell_id
        for loser in (pair.first, pair.second)
    }
    if worse := [row.label for row in ranked[1:] if row.cell_id in beaten]:
        yield f"Seem worse than {best.label}: {name_list(worse)}."


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
            share, late = f"{row.diverged}/{board.tried_seeds(row)}", board.query.axis == "reach"
            how = "they count as never arrived" if late else "its mean is over the others"
            yield f"{row.label}: {share} seeds diverged; {how}."
        if row.censored:
            share = f"{row.censored}/{board.tried_seeds(row)}"
            yield f"{row.label}: {share} seeds never got there; they lose to those that did."
    yield from _bias_sentences(ranked)
    if any(row.provisional for row in ranked):
        yield f"Ranks below {board.method.firm_seeds} seeds are provisional."


def _bias_sentences(ranked: list[Row]) -> Iterator[str]:
    """Whose interval is above zero; of who declares no bias, whom the test doubts: of 27 sound
    rows, every other board has one whose interval is."""
    biased = [
        f"{row.label} ({row.bias.mean:.0%})"
        for row in ranked
        if row.bias and (row.bias.low or 0) > 0 and not (row.declared and row.declared.unbiased)
    ]
    if biased:
        yield f"Measured to be biased: {name_list(biased)}."
    if doubted := [doubt_text(row.label, row.bias, row.doubt) for row in ranked if row.doubt]:
        yield f"{DOUBTED}: {name_list(doubted)}."


def _mixture_sentences(board: Board) -> Iterator[str]:
    """What the rows mix, and what was set aside of ranked ones."""
    codes = {str(one.get("code")) for one in board.environments}
    devices = {str(one.get("device_class")) for one in board.environments}
    for what, some in (("versions of the code", codes), ("classes of devices", devices)):
        if len(some) > 1:
            yield f"The runs are of {len(some)} {what}: differences may be theirs."
    for row in board.rows:
        left = [
            run.reason
            for run in board.excluded_runs
            if row.ranks and run.cell_id == row.cell_id and not run.reason.startswith("repeats")
        ]
        if left:
            common = max(sorted(set(left)), key=left.count)
            yield f"{row.label}: {count_text(len(left), 'run')} set aside, mostly: {common}."


def _bound_sentences(board: Board) -> Iterator[str]:
    """Which bound the values are, where evaluations on the way took few examples."""
    wanted = board.definition.get("evaluation", {})
    few = wanted.get("interim_examples")
    if few is None or not board.query.metric.startswith("bound/"):
        return
    whole = {*wanted.get("full_at", ()), board.definition["training"]["steps"]}
    short = sum(run.step is not None and run.step not in whole for run in board.scored_runs)
    if board.query.axis == "reach":
        yield f"Where a run arrives is read from bounds of {few:,} examples, the same for all."
    elif short:
        yield f"{short} of {len(board.scored_runs)} bounds are of the first {few:,} examples."
    else:
        yield "All bounds are of all examples."


def _unranked_sentences(board: Board) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for row in board.rows:
        if row.unranked:
            reasons.setdefault(row.unranked, []).append(row.label)
    for reason, names in reasons.items():
        yield f"Listed, not ranked ({reason}): {name_list(names)}."
