"""A suite's tables: what was published, and what came out here."""

import math
from collections.abc import Callable, Mapping
from statistics import fmean, stdev
from typing import Any, NamedTuple

from .specs.suites import Cell
from .suites import Folder, Result

NEAR = 1.0  # nats: the paper gives one run a cell and no error
T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)  # Student's t by degrees of freedom


class Mode(NamedTuple):
    """A learning rate chosen in one way, and the test bound there over the seeds."""

    learning_rate: float
    mean: float
    half_width: float | None  # of a 95% interval; None for a single seed
    verdict: str  # agrees, better or worse than the published number


def finals(result: Result, name: str) -> dict[float, list[float]]:
    """Learning rate -> the last value of every seed, where none diverged."""
    rates: dict[float, list[float]] = {}
    for run in result["runs"]:
        ok = run["reason"] == "completed"
        rates.setdefault(run["learning_rate"], []).append(run["series"][name][1][-1] if ok else math.nan)
    return {rate: values for rate, values in rates.items() if not any(map(math.isnan, values))}


def mode(result: Result, published: float, selected_on: str) -> Mode | None:
    """The rate with the least mean on a part of the data.  None where every rate has a run that diverged."""
    judged, tests = finals(result, f"bound/{selected_on}"), finals(result, "bound/test")
    if not judged:
        return None
    rate = min(judged, key=lambda rate: fmean(judged[rate]))
    values = tests[rate]
    mean, n = fmean(values), len(values)
    width = T95[min(n - 2, len(T95) - 1)] * stdev(values) / n**0.5 if n > 1 else None
    gap = mean - published
    verdict = "agrees" if abs(gap) <= NEAR else "better" if gap < 0 else "worse"
    return Mode(rate, round(mean, 2), None if width is None else round(width, 2), verdict)


def entry(cell: Cell, folder: Folder) -> dict[str, Any]:
    """One cell of the report."""
    about = {k: getattr(cell, k) for k in ("table", "row", "column", "published")}
    result = together(folder.pieces(cell))
    if result is None:
        return about | {"measured": None, "reason": cell.reason or "not run yet"}
    modes = {
        "paper": mode(result, cell.published, "test"),
        "ours": mode(result, cell.published, "validation"),
    }
    measured = {name: found._asdict() if found else None for name, found in modes.items()}
    return about | {"measured": measured} | {k: result[k] for k in ("seeds", "steps", "rates", "made")}


def together(pieces: list[Result]) -> Result | None:
    """Pieces of the longest training as one result: every (seed, rate) once, and where each was made."""
    if not pieces:
        return None
    length = lambda piece: piece["spec"]["training"]["steps"]
    steps = max(map(length, pieces))
    longest = [piece for piece in pieces if length(piece) == steps]
    runs = {(run["seed"], run["learning_rate"]): run for piece in longest for run in piece["runs"]}
    rates = {rate: [seed for seed, at in runs if at == rate] for rate in sorted({at for _, at in runs})}
    about = {"seeds": min(map(len, rates.values())), "steps": steps, "rates": list(rates)}
    return about | {"made": [piece["made"] for piece in longest], "runs": list(runs.values())}


def report(cells: list[Cell], folder: Folder, comparable: bool) -> dict[str, Any]:
    """``comparable``: whether data and nets are the paper's, so that its numbers may be held against ours."""
    entries = [entry(cell, folder) for cell in cells]
    values = {
        (e["row"], e["column"]): e["measured"]["ours"]["mean"]
        for e in entries
        if e["measured"] and e["measured"]["ours"]
    }
    return {"comparable": comparable, "cells": entries, "claims": claims(values)}


Values = Mapping[tuple[str, str], float]
TWO, THREE = "MNIST 392-200-200-392", "MNIST 392-200-200-200-392"
Claim = Callable[[dict[str, float]], bool]
CLAIMS: list[tuple[str, str, Claim]] = [
    ("the likelihood ratio is clearly behind in Table 2", TWO, lambda v: behind(v, "LR-C-VN-IDB") > 1),
    ("the likelihood ratio is far behind at three layers", THREE, lambda v: behind(v, "LR-C-VN-IDB") > 10),
    (
        "MuProp-C-VN is within 1.5 nats of ST and 1/2 in Table 2",
        TWO,
        lambda v: max(abs(v["MuProp-C-VN"] - v[other]) for other in ("ST", "1/2")) <= 1.5,
    ),
    *[
        ("straight-through is far behind in Table 3", row, lambda v: behind(v, "ST") > 5)
        for row in ("SBN 200-784", "SBN 200-200-784", "SBN 200-200-200-784", "fDARN 200-784")
    ],
]


def behind(values: dict[str, float], column: str) -> float:
    """How much worse than the worst of the others."""
    return values[column] - max(value for other, value in values.items() if other != column)


def claims(values: Values) -> list[dict[str, Any]]:
    """Each with the figures that decide it; ``holds`` is None where one is lacking."""
    out = []
    for words, row, holds in CLAIMS:
        figures = {column: value for (at, column), value in values.items() if at == row}
        decided = holds(figures) if len(figures) == 5 else None
        out.append({"claim": words, "row": row, "holds": decided, "figures": figures})
    return out


def text(content: dict[str, Any]) -> str:
    """The report for people."""
    head = ["cell", "published", "best on test", "on validation", "rate", "seeds", "steps"]
    lines = ["  ".join([f"{head[0]:42s}", *[f"{h:>18s}" for h in head[1:]]])]
    for e in content["cells"]:
        name = f"{e['table']}: {e['row']}, {e['column']}"
        lines.append(f"{name:42s}  {e['published']:18.1f}  {measured(e, content['comparable'])}")
    for claim in content["claims"]:
        holds = {True: "holds", False: "does not hold", None: "open"}[claim["holds"]]
        figures = ", ".join(f"{column} {value}" for column, value in claim["figures"].items())
        lines.append(f"{holds:14s} {claim['claim']} ({claim['row']}): {figures or 'no figures yet'}")
    if not content["comparable"]:
        lines.append(
            "Other data and smaller nets than the paper's: its numbers stand beside for their order only."
        )
    return "\n".join(lines)


def measured(entry: dict[str, Any], comparable: bool) -> str:
    if entry["measured"] is None:
        return entry["reason"]
    paper, ours = (entry["measured"][name] for name in ("paper", "ours"))
    if ours is None:
        return "every learning rate has a run that diverged"
    shown = [f"{paper['mean']:18.2f}", f"{interval(ours):>18s}", f"{ours['learning_rate']:18g}"]
    shown += [f"{entry['seeds']:18d}", f"{entry['steps']:18d}"]
    return "  ".join([*shown, *([ours["verdict"]] if comparable else [])])


def interval(mode: dict[str, Any]) -> str:
    width = mode["half_width"]
    return f"{mode['mean']:.2f}" + (f" ±{width:.2f}" if width is not None else "")
