"""What pieces of a cell come to: a learning rate chosen in two ways, and the numbers there."""

import math
from collections.abc import Callable
from statistics import fmean, stdev
from typing import Any

from analysis.papers.shapes import CellResult, Curve, GridEdge, Mode, Modes, Verdict
from analysis.statistics.student import student_quantile
from estimators.specs.pieces import Piece
from estimators.specs.states import Reason
from estimators.specs.suites import TableCell

NEAR = 1.0  # nats: the paper gives one run a cell and no error
Run = dict[str, Any]


def cell_result(cell: TableCell, pieces: list[Piece]) -> CellResult:
    """One cell of the report."""
    identity = {name: getattr(cell, name) for name in ("table", "row", "column", "published")}
    longest = longest_pieces(pieces)
    if not longest:
        return CellResult(
            cell=cell.id,
            **identity,
            measured=None,
            reason="not run yet" if cell.spec else cell.reason,
        )
    runs = merged_runs(longest)
    measured = Modes(
        paper=chosen_mode(runs, cell.published, "test"),
        ours=chosen_mode(runs, cell.published, "validation"),
    )
    return CellResult(
        cell=cell.id,
        **identity,
        measured=measured,
        reason="",
        seeds=min(
            sum(run["learning_rate"] == rate for run in runs) for rate in learning_rates(runs)
        ),
        steps=training_steps(longest[0]),
        rates=learning_rates(runs),
        grid=suite_rates(cell),
        runs=len(runs),
        diverged=sum(run["reason"] == Reason.DIVERGED for run in runs),
        made=[piece["made"] for piece in longest],
        curve=cost_curve(
            [
                run
                for run in runs
                if measured.ours and learning_rate(run) == measured.ours.learning_rate
            ]
        ),
    )


def suite_rates(cell: TableCell) -> list[float]:
    rates = cell.spec.training.learning_rate if cell.spec else ()
    return [rates] if isinstance(rates, float) else sorted(rates)


def training_steps(piece: Piece) -> int:
    return int(piece["spec"]["training"]["steps"])


def learning_rate(run: Run) -> float:
    return float(run["learning_rate"])


def longest_pieces(pieces: list[Piece]) -> list[Piece]:
    """The pieces of the longest training that have runs."""
    some = [piece for piece in pieces if piece["runs"]]
    return [piece for piece in some if training_steps(piece) == max(map(training_steps, some))]


def merged_runs(pieces: list[Piece]) -> list[Run]:
    """Every (seed, rate) once; the last piece counts."""
    return list(
        {
            (run["seed"], learning_rate(run)): run for piece in pieces for run in piece["runs"]
        }.values()
    )


def learning_rates(runs: list[Run]) -> list[float]:
    return sorted({learning_rate(run) for run in runs})


def final_values(runs: list[Run], name: str) -> dict[float, list[float]]:
    """Learning rate -> the last value of every seed, where all have one."""
    by_rate: dict[float, list[float]] = {}
    for run in runs:
        by_rate.setdefault(learning_rate(run), []).append(final_value(run, name))
    return {rate: values for rate, values in by_rate.items() if not any(map(math.isnan, values))}


def final_value(run: Run, name: str) -> float:
    """nan where the run diverged or has no such number."""
    _, values = run["series"].get(name, ((), ()))
    return (
        float(values[-1])
        if run["reason"] == Reason.COMPLETED and values and values[-1] is not None
        else math.nan
    )


def chosen_mode(runs: list[Run], published: float, selected_on: str) -> Mode | None:
    """The rate with the least mean on a part of the data.  None where every rate has a run that
    diverged."""
    judged, tests = final_values(runs, f"bound/{selected_on}"), final_values(runs, "bound/test")
    sound = judged.keys() & tests.keys()
    if not sound:
        return None
    rate = min(sound, key=lambda rate: (fmean(judged[rate]), rate))
    mean, width = spread(tests[rate])
    return Mode(
        learning_rate=rate,
        edge=grid_edge(rate, learning_rates(runs)),
        mean=round(mean, 2),
        half_width=None if width is None else round(width, 2),
        seeds=len(tests[rate]),
        verdict=published_verdict(mean - published),
    )


def spread(values: list[float]) -> tuple[float, float | None]:
    """Mean, and half the width of Student's 95% interval."""
    mean, n = fmean(values), len(values)
    return mean, float(student_quantile(0.975, n - 1)) * stdev(values) / n**0.5 if n > 1 else None


def published_verdict(gap: float) -> Verdict:
    return "agrees" if abs(gap) <= NEAR else "better" if gap < 0 else "worse"


def grid_edge(rate: float, run: list[float]) -> GridEdge | None:
    """A rate that diverged was run too, and is beyond."""
    if len(run) == 1:
        return "only"
    return "highest" if rate == run[-1] else "lowest" if rate == run[0] else None


def cost_curve(runs: list[Run]) -> Curve | None:
    """Of the runs at one rate, where all of them were logged.  None where no run has a training
    cost."""
    costs = [
        dict(zip(*run["series"]["cost/train"])) for run in runs if "cost/train" in run["series"]
    ]
    shared = sorted(set.intersection(*map(set, costs))) if costs else []
    if not shared:
        return None
    across = [[one[step] for one in costs] for step in shared]
    mean, low, high = ([rounded_figure(f, values) for values in across] for f in (fmean, min, max))
    return Curve(steps=shared, mean=mean, low=low, high=high)


def rounded_figure(f: Callable[[list[float]], float], values: list[float | None]) -> float | None:
    """None where one is no number."""
    numbers = [value for value in values if value is not None]
    return round(f(numbers), 3) if len(numbers) == len(values) else None
