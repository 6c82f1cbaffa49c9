"""What pieces of a cell come to: a learning rate chosen in two ways, and the numbers there."""

import math
from collections.abc import Callable
from statistics import fmean, stdev
from typing import Any

from analysis.papers.shapes import Curve, Edge, Entry, Mode, Modes, Verdict
from analysis.statistics.student import quantile
from estimators.specs.kept import Piece
from estimators.specs.states import Reason
from estimators.specs.suites import Cell

NEAR = 1.0  # nats: the paper gives one run a cell and no error
Run = dict[str, Any]


def entry(cell: Cell, pieces: list[Piece]) -> Entry:
    """One cell of the report."""
    place = {name: getattr(cell, name) for name in ("table", "row", "column", "published")}
    longest = longest_of(pieces)
    if not longest:
        return Entry(
            cell=cell.id, **place, measured=None, reason="not run yet" if cell.spec else cell.reason
        )
    runs = merged(longest)
    measured = Modes(
        paper=mode(runs, cell.published, "test"), ours=mode(runs, cell.published, "validation")
    )
    return Entry(
        cell=cell.id,
        **place,
        measured=measured,
        reason="",
        seeds=min(sum(run["learning_rate"] == rate for run in runs) for rate in rates(runs)),
        steps=length(longest[0]),
        rates=rates(runs),
        grid=grid(cell),
        runs=len(runs),
        diverged=sum(run["reason"] == Reason.DIVERGED for run in runs),
        made=[piece["made"] for piece in longest],
        curve=curve(
            [run for run in runs if measured.ours and at(run) == measured.ours.learning_rate]
        ),
    )


def grid(cell: Cell) -> list[float]:
    own = cell.spec.training.learning_rate if cell.spec else ()
    return [own] if isinstance(own, float) else sorted(own)


def length(piece: Piece) -> int:
    return int(piece["spec"]["training"]["steps"])


def at(run: Run) -> float:
    return float(run["learning_rate"])


def longest_of(pieces: list[Piece]) -> list[Piece]:
    """The pieces of the longest training that have runs."""
    some = [piece for piece in pieces if piece["runs"]]
    return [piece for piece in some if length(piece) == max(map(length, some))]


def merged(pieces: list[Piece]) -> list[Run]:
    """Every (seed, rate) once; the last piece counts."""
    return list({(run["seed"], at(run)): run for piece in pieces for run in piece["runs"]}.values())


def rates(runs: list[Run]) -> list[float]:
    return sorted({at(run) for run in runs})


def finals(runs: list[Run], name: str) -> dict[float, list[float]]:
    """Learning rate -> the last value of every seed, where all have one."""
    found: dict[float, list[float]] = {}
    for run in runs:
        found.setdefault(at(run), []).append(last(run, name))
    return {rate: values for rate, values in found.items() if not any(map(math.isnan, values))}


def last(run: Run, name: str) -> float:
    """nan where the run diverged or has no such number."""
    _, values = run["series"].get(name, ((), ()))
    return (
        float(values[-1])
        if run["reason"] == Reason.COMPLETED and values and values[-1] is not None
        else math.nan
    )


def mode(runs: list[Run], published: float, selected_on: str) -> Mode | None:
    """The rate with the least mean on a part of the data.  None where every rate has a run that
    diverged."""
    judged, tests = finals(runs, f"bound/{selected_on}"), finals(runs, "bound/test")
    sound = judged.keys() & tests.keys()
    if not sound:
        return None
    rate = min(sound, key=lambda rate: (fmean(judged[rate]), rate))
    mean, width = spread(tests[rate])
    return Mode(
        learning_rate=rate,
        edge=edge(rate, rates(runs)),
        mean=round(mean, 2),
        half_width=None if width is None else round(width, 2),
        seeds=len(tests[rate]),
        verdict=verdict(mean - published),
    )


def spread(values: list[float]) -> tuple[float, float | None]:
    """Mean, and half the width of Student's 95% interval."""
    mean, n = fmean(values), len(values)
    return mean, float(quantile(0.975, n - 1)) * stdev(values) / n**0.5 if n > 1 else None


def verdict(gap: float) -> Verdict:
    return "agrees" if abs(gap) <= NEAR else "better" if gap < 0 else "worse"


def edge(rate: float, run: list[float]) -> Edge | None:
    """A rate that diverged was run too, and is beyond."""
    if len(run) == 1:
        return "only"
    return "highest" if rate == run[-1] else "lowest" if rate == run[0] else None


def curve(runs: list[Run]) -> Curve | None:
    """Of the runs at one rate, where all of them were logged.  None where no run has a training
    cost."""
    own = [dict(zip(*run["series"]["cost/train"])) for run in runs if "cost/train" in run["series"]]
    shared = sorted(set.intersection(*map(set, own))) if own else []
    if not shared:
        return None
    across = [[one[step] for one in own] for step in shared]
    mean, low, high = ([rounded(f, values) for values in across] for f in (fmean, min, max))
    return Curve(steps=shared, mean=mean, low=low, high=high)


def rounded(f: Callable[[list[float]], float], values: list[float | None]) -> float | None:
    """None where one is no number."""
    known = [value for value in values if value is not None]
    return round(f(known), 3) if len(known) == len(values) else None
