"""What a cell's runs come to: a learning rate chosen in two ways, and the numbers there."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from math import isfinite
from statistics import fmean

from analysis.papers.shapes import CellResult, Curve, GridEdge, Mode, Modes, Verdict
from analysis.papers.training import TrainedPiece
from analysis.records.readings import last_value
from analysis.records.runs import RunRecord
from analysis.records.shapes import Interval
from analysis.statistics.intervals import student_interval
from estimators.specs.selection import PAPER_RULE, SeedScore, SettingKey, best_setting, setting_key
from estimators.specs.states import Reason
from estimators.specs.suites import TableCell

# nats: the paper gives one run a cell and no error
NEAR = 1.0


def cell_result(cell: TableCell, pieces: list[TrainedPiece]) -> CellResult:
    """One cell of the report, from all that was trained of it."""
    about = {name: getattr(cell, name) for name in ("table", "row", "column", "published")}
    main = main_pieces(pieces)
    if not main:
        reason = "not run yet" if cell.spec else cell.reason
        return CellResult(cell=cell.id, **about, measured=None, reason=reason)
    runs, tried = merged_runs(main), learning_rates([run for piece in pieces for run in piece.runs])
    paper, ours = (
        chosen_mode(runs, cell.published, part, tried) for part in ("test", "validation")
    )
    rates = learning_rates(runs)
    return CellResult(
        cell=cell.id,
        **about,
        measured=Modes(paper=paper, ours=ours),
        reason="",
        seeds=min(sum(learning_rate(run) == rate for run in runs) for rate in rates),
        steps=main[0].steps,
        rates=rates,
        grid=suite_rates(cell),
        runs=len(runs),
        diverged=sum(run.reason == Reason.DIVERGED for run in runs),
        left_out=sum(len(piece.runs) for piece in pieces if piece.steps != main[0].steps),
        made=[piece.environment for piece in main],
        curve=cost_curve(
            [run for run in runs if ours and learning_rate(run) == ours.learning_rate]
        ),
    )


def suite_rates(cell: TableCell) -> list[float]:
    """The learning rates of the suite itself, ascending."""
    rates = cell.spec.training.learning_rate if cell.spec else ()
    return [rates] if isinstance(rates, float) else sorted(rates)


def learning_rate(run: RunRecord) -> float:
    return float(run.setting["learning_rate"])


def main_pieces(pieces: list[TrainedPiece]) -> list[TrainedPiece]:
    """The pieces of the length of training that has most seeds at a rate; of as many, the
    longest."""
    lengths: dict[int, list[TrainedPiece]] = defaultdict(list)
    for piece in pieces:
        if piece.runs:
            lengths[piece.steps].append(piece)
    main = max(lengths, key=lambda steps: (_most_seeds(lengths[steps]), steps), default=0)
    return lengths[main]


def _most_seeds(pieces: list[TrainedPiece]) -> int:
    return max(Counter(learning_rate(run) for run in merged_runs(pieces)).values())


def merged_runs(pieces: list[TrainedPiece]) -> list[RunRecord]:
    """Every (seed, rate) once; the last piece counts."""
    runs = (run for piece in pieces for run in piece.runs)
    return list({(run.seed, learning_rate(run)): run for run in runs}.values())


def learning_rates(runs: list[RunRecord]) -> list[float]:
    """Those that were run, ascending."""
    return sorted({learning_rate(run) for run in runs})


def final_value(run: RunRecord, name: str) -> float | None:
    """None where the run diverged or has no such number."""
    last = last_value(run, name, run.step)
    sound = run.reason == Reason.COMPLETED and last is not None and isfinite(last[1])
    return last[1] if sound and last else None


def chosen_mode(
    runs: list[RunRecord], published: float, part: str, tried: Sequence[float] = ()
) -> Mode | None:
    """The rate with the least mean on a part of the data (``PAPER_RULE``), and where it lies among
    those of the runs, or among all that were ``tried``, ascending.  None where every rate has a run
    that diverged."""
    grid: dict[SettingKey, list[RunRecord]] = defaultdict(list)
    for run in runs:
        grid[setting_key(run.setting)].append(run)
    scores = {key: [_seed_score(run, part) for run in some] for key, some in grid.items()}
    best = best_setting(scores, PAPER_RULE)
    if best is None:
        return None
    ends = {run.seed: value for run in grid[best] if (value := final_value(run, "bound/test"))}
    rate, bound = learning_rate(grid[best][0]), student_interval(list(ends.values()))
    return Mode(
        learning_rate=rate,
        edge=grid_edge(rate, list(tried) or learning_rates(runs)),
        bound=_two_digits(bound),
        seeds=len(ends),
        ends=ends,
        verdict=published_verdict(bound, published),
    )


def _seed_score(run: RunRecord, part: str) -> SeedScore:
    """A run without a test bound is as good as diverged: there is no number to report."""
    value = final_value(run, f"bound/{part}")
    lost = value is None or final_value(run, "bound/test") is None
    return SeedScore(run.seed, value, lost)


def _two_digits(bound: Interval) -> Interval:
    """Mean and half width rounded to hundredths of a nat."""
    mean, half = round(bound.mean, 2), bound.half_width
    if half is None:
        return Interval(mean=mean, low=None, high=None)
    half = round(half, 2)
    return Interval(mean=mean, low=round(mean - half, 2), high=round(mean + half, 2))


def published_verdict(bound: Interval, published: float) -> Verdict:
    """Of the whole interval against the margin; one seed alone, without ends, decides nothing."""
    if bound.low is None or bound.high is None:
        return "open"
    low, high = bound.low - published, bound.high - published
    if -NEAR <= low and high <= NEAR:
        return "agrees"
    return "better" if high < -NEAR else "worse" if low > NEAR else "open"


def grid_edge(rate: float, rates: list[float]) -> GridEdge | None:
    """A rate that diverged was run too, and is beyond."""
    if len(rates) == 1:
        return "only"
    return "highest" if rate == rates[-1] else "lowest" if rate == rates[0] else None


def cost_curve(runs: list[RunRecord]) -> Curve | None:
    """Of the runs at one rate, where all of them were logged.  None where no run has a training
    cost."""
    costs = [
        dict(zip(*run.series["cost/train"], strict=True))
        for run in runs
        if "cost/train" in run.series
    ]
    steps = sorted(set.intersection(*map(set, costs))) if costs else []
    if not steps:
        return None
    across = [[cost[step] for cost in costs] for step in steps]
    mean, low, high = ([rounded_figure(f, values) for values in across] for f in (fmean, min, max))
    return Curve(steps=steps, mean=mean, low=low, high=high)


def rounded_figure(f: Callable[[list[float]], float], values: Sequence[float]) -> float | None:
    """None where one is no number."""
    return round(f(list(values)), 3) if all(map(isfinite, values)) else None
