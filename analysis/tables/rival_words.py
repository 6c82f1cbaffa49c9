"""What contests of MuProp say, in sentences and lists: all figures and names are computed."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from analysis.boards.shapes import Axis
from analysis.ledger.rival_counts import (
    always_better,
    benchmark_rivals,
    better_and_never_worse,
    biased_labels,
    labels_by_age,
    later_labels,
    never_better,
    outcome_moves,
    rival_tally,
)
from analysis.ledger.rivals import Contest, Outcome
from analysis.records.phrases import name_list

# by axis, in the order of the page; each of the same benchmarks in the same order
Contests = Mapping[Axis, Sequence[Contest]]
AXES: dict[Axis, str] = {"steps": "steps", "evals": "evaluations", "seconds": "seconds"}

BUDGETS: dict[Axis, str] = {
    "steps": "{budget} steps for all, whatever they cost.",
    "evals": "{budget} evaluations of the cost an example, a backward pass for two: the most that "
    "every run has spent.  A step of MuProp takes {cost}, so that it is read after {read} steps.",
    "seconds": "{budget} seconds of training on {device}, by the benchmark: the most that every "
    "run has spent.  MuProp is read after {read} steps.  Another machine has other seconds, and so "
    "has another hour: seeds that are trained together share one clock, MuProp's of a benchmark "
    "have {clocks} of them, up to {spread:.2g} times apart, so that a board at equal seconds "
    "claims nothing, and what is called better here is so at these clocks alone.",
}
START = '  "start": the budget ends before the estimator is read for the second time.'


def answer_sentence(contests: Contests) -> str:
    """How often what came later is better, and how often MuProp is, by axis."""
    tallies = [rival_tally(some, *later_labels(some)) for some in contests.values()]
    better = [
        f"{tally[Outcome.BETTER]} times of {sum(tally.values())} at equal {AXES[axis]}"
        for axis, tally in zip(contests, tallies, strict=True)
    ]
    worse = [str(tally[Outcome.WORSE]) for tally in tallies]
    return (
        "**Benchmark by benchmark, estimators from later years are better than MuProp "
        f"{name_list(better)}.  MuProp is better {name_list(worse)} times; the others are not told "
        "apart.**"
    )


def short_lines(contests: Contests) -> Iterator[str]:
    """What a reader takes along, as a list."""
    every = [one for some in contests.values() for one in some]
    safe = won_texts(every, better_and_never_worse(every))
    yield f"- Better somewhere and worse nowhere, on all axes: {safe}."
    for axis, some in contests.items():
        always = won_texts(some, always_better(some))
        yield f"- Better at equal {AXES[axis]} wherever ranked: {always}."
    yield f"- Never better, on any axis: {marked_names(every, never_better(every))}."
    for axis in list(contests)[1:]:
        yield move_sentence(contests["steps"], contests[axis])


def move_sentence(before: Sequence[Contest], after: Sequence[Contest]) -> str:
    """What another axis changes."""
    labels = [label for some in labels_by_age(before).values() for label in some]
    moves = {label: outcome_moves(before, after, label) for label in labels}
    ranked = {label: sum(map(bool, benchmark_rivals(before, label))) for label in labels}
    gained, lost = (sum(move[side] for move in moves.values()) for side in (0, 1))
    gainers, losers = (
        marked_names(before, [one for one in labels if 2 * moves[one][side] > ranked[one]])
        for side in (0, 1)
    )
    return (
        f"- From equal {AXES[before[0].axis]} to equal {AXES[after[0].axis]}, {gained} of "
        f"{sum(ranked.values())} outcomes move towards the other estimator, {lost} towards MuProp."
        f"  On most of their benchmarks these gain: {gainers}; these lose: {losers}."
    )


def marked_names(contests: Sequence[Contest], labels: Sequence[str]) -> str:
    """With a sign where an estimator is biased."""
    biased = biased_labels(contests)
    return name_list([f"`{label}`{'†' * (label in biased)}" for label in labels] or ["none"])


def won_texts(contests: Sequence[Contest], labels: Sequence[str]) -> str:
    """With how often each is better, of how many comparisons."""
    tallies = {label: rival_tally(contests, label) for label in labels}
    texts = [
        f"{marked_names(contests, [label])} ({tally[Outcome.BETTER]} of {sum(tally.values())})"
        for label, tally in tallies.items()
    ]
    return name_list(texts or ["none"])


def axis_sentences(contests: Sequence[Contest]) -> str:
    """The budget, and where MuProp stands there."""
    starts = any(rival.is_at_start for one in contests for rival in one.rivals)
    costs = [one.costs for one in contests if one.costs]
    return BUDGETS[contests[0].axis].format(
        budget=range_text([one.budget for one in contests]),
        cost=range_text([median(some) for some in costs] or [0.0]),
        clocks=range_text([len(set(some)) for some in costs] or [0.0]),
        spread=max((max(some) / min(some) for some in costs), default=1.0),
        read=range_text([one.step for one in contests if one.step] or [0.0]),
        device=name_list(sorted({one.device or "an unknown device" for one in contests})),
    ) + (START if starts else "")


def range_text(values: Sequence[float]) -> str:
    """From the least to the greatest, or the one that all are; below one to two digits."""
    ends = min(values), max(values)
    low, high = (f"{value:,.0f}" if value >= 1 else f"{value:.2g}" for value in ends)
    return low if low == high else f"{low} to {high}"
