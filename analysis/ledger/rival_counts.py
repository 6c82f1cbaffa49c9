"""What contests of one estimator come to: by the age of its rivals, over benchmarks and axes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from statistics import median

from analysis.ledger.rivals import Contest, Outcome, Rival
from estimators.specs import ESTIMATORS

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# towards the rival
ORDER = (Outcome.WORSE, Outcome.OPEN, Outcome.BETTER)
Tally = Counter[Outcome]


@cache
def paper_year(name: str) -> int:
    """Of the paper that a built-in estimator's spec names first."""
    year = YEAR.search(ESTIMATORS[name].__doc__ or "")
    assert year is not None, f"{name} names no year"
    return int(year[0])


def labels_by_age(contests: Sequence[Contest]) -> dict[str, list[str]]:
    """Rivals from before the reference's year, of that year, and from after it, by year and
    name."""
    year = paper_year(contests[0].reference)
    titles = {-1: f"before {year}", 0: f"{year}", 1: f"after {year}"}
    ages: dict[str, list[str]] = {title: [] for title in titles.values()}
    for label in sorted(rival_labels(contests), key=lambda one: (paper_year(one), one)):
        published = paper_year(label)
        ages[titles[(published > year) - (published < year)]].append(label)
    return {age: labels for age, labels in ages.items() if labels}


def later_labels(contests: Sequence[Contest]) -> list[str]:
    """Rivals from after the reference's year."""
    year = paper_year(contests[0].reference)
    return sorted(label for label in rival_labels(contests) if paper_year(label) > year)


def rival_labels(contests: Sequence[Contest]) -> set[str]:
    return {rival.label for contest in contests for rival in contest.rivals}


def benchmark_rivals(contests: Sequence[Contest], label: str) -> list[Rival | None]:
    """One a contest; None where it is not ranked."""
    return [
        next((rival for rival in contest.rivals if rival.label == label), None)
        for contest in contests
    ]


def rival_tally(contests: Sequence[Contest], *labels: str) -> Tally:
    """Outcomes of these rivals."""
    return Counter(
        rival.outcome
        for label in labels
        for rival in benchmark_rivals(contests, label)
        if rival is not None
    )


def always_better(contests: Sequence[Contest]) -> list[str]:
    """Rivals that are better wherever they are ranked."""
    return [label for label, tally in _tallies(contests) if set(tally) == {Outcome.BETTER}]


def never_better(contests: Sequence[Contest]) -> list[str]:
    return [label for label, tally in _tallies(contests) if not tally[Outcome.BETTER]]


def better_and_never_worse(contests: Sequence[Contest]) -> list[str]:
    return [
        label
        for label, tally in _tallies(contests)
        if tally[Outcome.BETTER] and not tally[Outcome.WORSE]
    ]


def _tallies(contests: Sequence[Contest]) -> Iterator[tuple[str, Tally]]:
    """By age."""
    for labels in labels_by_age(contests).values():
        for label in labels:
            yield label, rival_tally(contests, label)


def outcome_moves(
    before: Sequence[Contest], after: Sequence[Contest], label: str
) -> tuple[int, int]:
    """On how many benchmarks the outcome moves towards a rival, and on how many away, from one axis
    to another: of those that rank it on both."""
    first, second = (
        {contest.benchmark: rival for contest, rival in zip(some, rivals, strict=True) if rival}
        for some in (before, after)
        for rivals in [benchmark_rivals(some, label)]
    )
    moves = [
        ORDER.index(second[name].outcome) - ORDER.index(first[name].outcome)
        for name in first.keys() & second.keys()
    ]
    return sum(move > 0 for move in moves), sum(move < 0 for move in moves)


def biased_labels(contests: Sequence[Contest]) -> set[str]:
    """Declared to be biased on one of the benchmarks at least."""
    return {one.label for contest in contests for one in contest.rivals if one.is_biased}


def median_cost(contests: Sequence[Contest], label: str) -> float | None:
    """Of a step, over the reference's: the median over benchmarks."""
    costs = [one.cost for one in benchmark_rivals(contests, label) if one and one.cost]
    return median(costs) if costs else None


def best_rival(contest: Contest) -> Rival | None:
    """Who is furthest ahead in the median, of those that are called better."""
    ahead = [one for one in contest.rivals if one.outcome == Outcome.BETTER]
    return min(ahead, key=lambda one: (one.gap.median or 0.0, one.label), default=None)
