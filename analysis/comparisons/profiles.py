"""Performance profiles over benchmarks (Dolan and More, Mathematical Programming 91, 2002).

On each benchmark an estimator's time is the median over seeds of what it spends until the target:
never, where half of the seeds or more do not get there.  Its ratio is that over the best
estimator's; its profile at tau is the share of benchmarks on which its ratio is at most tau; its
score is the mean of the profile over log tau from tau = 1 to 4.  (AlgoPerf averages over tau
itself.)  A score has no interval: benchmarks are no sample of anything, and what seeds decide
stands on their boards.
"""

from math import inf, isfinite, log

from pydantic import Field

from analysis.boards.refusals import NEVER
from analysis.boards.shapes import Board, Row, Unanswerable
from analysis.records.shapes import Shape
from estimators.specs.base import canonical

WIDEST = 4.0  # tau where profiles end
Times = dict[str, dict[str, float]]  # of an estimator, by benchmark


class Profile(Shape):
    label: str
    estimator: str = Field(description="the canonical text of its spec")
    ran_on: int = Field(description="benchmarks")
    ratios: dict[str, float | None] = Field(
        description="by benchmark; none: never got there, or did not run"
    )
    curve: list[tuple[float, float]] = Field(
        description="(tau, share of benchmarks) where the profile steps"
    )
    score: float


class Profiles(Shape):
    spend: str
    targets: dict[str, float] = Field(description="by benchmark")
    profiles: list[Profile] = Field(description="best first")


def performance_profiles(boards: list[Board]) -> Profiles:
    """Of reach boards, one a benchmark, that count the same.  Raises Unanswerable for others."""
    if not boards or any(board.query.axis != "reach" for board in boards):
        raise Unanswerable("axis", "Profiles are made of reach boards.")
    if len({board.query.spend for board in boards}) > 1:
        raise Unanswerable("spend", "Profiles want boards that count the same.")
    times, labels = _reach_times(boards)
    names = [board.benchmark_id for board in boards]
    best = {
        name: min((cell_times.get(name, inf) for cell_times in times.values()), default=inf)
        for name in names
    }
    profiles = [
        _performance_profile(text, labels[text], cell_times, best)
        for text, cell_times in times.items()
    ]
    profiles.sort(key=lambda profile: (-profile.score, profile.label))
    targets = {board.benchmark_id: board.query.target or 0.0 for board in boards}
    return Profiles(spend=boards[0].query.spend, targets=targets, profiles=profiles)


def _reach_times(boards: list[Board]) -> tuple[Times, dict[str, str]]:
    """By estimator's text and benchmark, and the labels; refused estimators are left out."""
    times: Times = {}
    labels = {}
    for board in boards:
        for row in board.rows:
            text = canonical(board.estimators[row.cell_id])
            if row.ranks or row.unranked == NEVER:
                times.setdefault(text, {})[board.benchmark_id] = reach_time(row)
                labels[text] = row.label
    return times, labels


def reach_time(row: Row) -> float:
    """What the row of a reach board says: the median over seeds, infinite where half of them never
    arrive."""
    return row.value.mean if row.value else inf


def _performance_profile(
    text: str, label: str, cell_times: dict[str, float], best: dict[str, float]
) -> Profile:
    ratios = {name: _time_ratio(cell_times.get(name, inf), least) for name, least in best.items()}
    taus = sorted(ratio for ratio in ratios.values() if ratio is not None)
    curve = [(tau, (rank + 1) / len(best)) for rank, tau in enumerate(taus)]
    areas = [log(WIDEST / tau) / log(WIDEST) for tau in taus if tau < WIDEST]
    return Profile(
        label=label,
        estimator=text,
        ran_on=len(cell_times),
        ratios=ratios,
        curve=curve,
        score=sum(areas) / len(best),
    )


def _time_ratio(time: float, least: float) -> float | None:
    return time / least if isfinite(time) else None
