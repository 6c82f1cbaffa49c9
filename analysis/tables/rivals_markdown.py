"""The page on whether MuProp holds up, as Markdown: derived, and never written by hand."""

from collections.abc import Mapping, Sequence

from analysis.boards.shapes import Axis
from analysis.ledger.rival_counts import (
    Tally,
    best_rival,
    labels_by_age,
    rival_labels,
    rival_tally,
)
from analysis.ledger.rivals import Contest, Outcome
from analysis.papers.shapes import SuiteReport
from analysis.records.phrases import count_text
from analysis.tables.paper_markdown import grid_lines
from analysis.tables.rival_words import (
    AXES,
    Contests,
    answer_sentence,
    axis_sentences,
    range_text,
    short_lines,
)
from analysis.tables.settled_rows import settled_lines

HEAD = """# Does MuProp hold up in 2026?

MuProp (Gu et al., ICLR 2016) against the estimators that came before and after it, on {benchmarks}
of 8x8 digits.  Every estimator is at its default settings, with a rate that tuning chose for
{steps} steps, and is compared on the same {seeds} seeds.  Written by `make generate` from the
results that ship (`analysis/ledger/shipped/`); what holds at this size need not hold at a paper's.

## In short
"""
COUNTED = (
    "By the year of an estimator's paper, how often it is better than MuProp, worse, and not told "
    "apart, one count a benchmark:"
)
TILES = """In the pictures a tile has the median over seeds of an estimator's test bound less
MuProp's, in nats (below zero the estimator is better), and small the seeds, of {seeds}, on which it
is lower.  Its colour is what the benchmark's board claims; without one, the interval of that median
holds zero.  † is declared to be biased.  "cost of a step" is in steps of MuProp.
"""
CLAIMS = """- A claim is of seeds won: exact sign tests of all pairs of a board at once ({pairs} of
  them) under Holm, 5% for each board ([statistics.md](statistics.md)).  The {boards} boards are not
  corrected for each other, nor are the lists above, which are picked from them.
- Not told apart is no claim of being equal.
- Digits of 8x8 pixels and small nets ([benchmarks.md](benchmarks.md)).  Rates were chosen for whole
  trainings, and kept on shorter budgets.  There the last reading within the budget counts; one
  comes every {every} steps.
- Settings are the library's defaults ([estimators.md](estimators.md)); MuProp's is the paper's
  MuProp-C, with mean subtraction alone.  [What digits teach](what-digits-teach.md) says who is not
  ranked, and why.
- Every pair with its interval: `gradarena claims digits-categorical --axis evals`."""


def rivals_markdown(contests: Contests, report: SuiteReport, pictures: Mapping[Axis, str]) -> str:
    """Of contests at equal steps, evaluations and seconds, and what of a paper's own tables was
    trained; ``pictures``: addresses by axis."""
    some = contests["steps"]
    about = {"benchmarks": count_text(len(some), "benchmark"), "seeds": some[0].seeds}
    head = HEAD.format(steps=range_text([one.budget for one in some]), **about)
    lines = [head, answer_sentence(contests), "", *count_lines(contests)]
    lines += [*short_lines(contests), "", TILES.format(**about)]
    for axis, some in contests.items():
        lines += [f"## At equal {AXES[axis]}", "", axis_sentences(some), ""]
        lines += [f"![{picture_words(some)}]({pictures[axis]})", ""]
    lines += ["## Furthest ahead of MuProp", "", *best_lines(contests)]
    lines += ["## What is claimed, and what is not", "", claim_words(contests), ""]
    lines += ["## At the paper's own size", "", *settled_lines(report)]
    return "\n".join(lines) + "\n"


def count_lines(contests: Contests) -> list[str]:
    """Outcomes by axis and age, as a table."""
    ages = labels_by_age(contests["steps"])
    rows = [
        [AXES[axis]] + [_tally_text(rival_tally(some, *labels)) for labels in ages.values()]
        for axis, some in contests.items()
    ]
    return [COUNTED, "", *grid_lines(("at equal", *ages), rows)]


def _tally_text(tally: Tally) -> str:
    return ", ".join(str(tally[one]) for one in (Outcome.BETTER, Outcome.WORSE, Outcome.OPEN))


def picture_words(contests: Sequence[Contest]) -> str:
    """For who cannot see it."""
    tally = rival_tally(contests, *rival_labels(contests))
    return (
        f"At equal {AXES[contests[0].axis]}, of {sum(tally.values())} comparisons with MuProp "
        f"{tally[Outcome.BETTER]} better, {tally[Outcome.WORSE]} worse, "
        f"{tally[Outcome.OPEN]} not told apart"
    )


def best_lines(contests: Contests) -> list[str]:
    """Who is furthest ahead in the median, with its interval and the seeds won and lost."""
    by_name = [{one.benchmark: _best_text(one) for one in some} for some in contests.values()]
    rows = [[name, *(texts.get(name, "-") for texts in by_name)] for name in by_name[0]]
    return grid_lines(("benchmark", *(f"equal {AXES[axis]}" for axis in contests)), rows)


def _best_text(contest: Contest) -> str:
    best = best_rival(contest)
    if best is None:
        return "nobody"
    gap = best.gap
    middle, low, high = (
        "-" if end is None else f"{end:z.2f}" for end in (gap.median, gap.low, gap.high)
    )
    return f"{best.label}{'†' * best.is_biased} {middle} [{low}, {high}], {gap.wins}:{gap.losses}"


def claim_words(contests: Contests) -> str:
    """What is controlled."""
    every = [one for some in contests.values() for one in some]
    pairs = range_text([one.pairs for one in every])
    return CLAIMS.format(pairs=pairs, boards=len(every), every=every[0].every)
