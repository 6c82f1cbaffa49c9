"""One cell's row: its value, what its gradients were measured to be, and what it costs."""

from collections.abc import Callable, Iterable, Sequence
from math import inf
from statistics import median

import numpy as np

from analysis.boards.metrics import log_scaled
from analysis.boards.selection import Choice
from analysis.boards.shapes import Board, BoardQuery, Method, Row, ScoredRun
from analysis.records.labels import Declared, declared_promise, estimator_label
from analysis.records.shapes import Interval
from analysis.statistics import mean_interval
from analysis.statistics.bias import (
    DOUBT,
    bias_chance,
    contradicted,
    signed_root,
    signed_square,
)
from analysis.statistics.sizes import finite_interval, median_interval
from analysis.statistics.student import Floats

Scale = Callable[[Floats], Floats]
DOUBTED = "Measured to be biased, as one sound estimator in a thousand is, and proved not to be"


def board_row(cell_id: str, choice: Choice, board: Board) -> Row:
    """Without a rank, which takes the other rows."""
    estimator, runs, method = board.estimators[cell_id], choice.scored_runs, board.method
    values = compared_values(runs, board.query)
    declared = declared_promise(estimator, board.definition, board.plugins)
    return Row(
        cell_id=cell_id,
        label=estimator_label(estimator, board.plugins),
        certificate=f"/v1/estimators/{estimator['name']}",
        declared=declared,
        setting=runs[0].setting if runs else {},
        grid=choice.grid,
        near_best=choice.near_best,
        seeds=len(values),
        diverged=sum(scored.outcome == "diverged" for scored in runs),
        censored=sum(scored.outcome == "censored" for scored in runs),
        value=_row_value(list(values.values()), board),
        ranks=None,
        group=None,
        provisional=False,
        unranked=None,
        variance_ratio=_mean_on_scale(
            gradient_figures(runs, "log_ratio"), method, _identity_scale, np.exp
        ),
        bias=root_mean_square(gradient_figures(runs, "bias"), method),
        doubt=declaration_doubt(declared, gradient_figures(runs, "bias")),
        cosine=float(np.mean(cosines)) if (cosines := gradient_figures(runs, "cosine")) else None,
        measured_at=max(
            (scored.measured_at for scored in runs if scored.measured_at is not None), default=None
        ),
        evaluations=_median_or_none(scored.evaluations for scored in runs),
        seconds=_median_or_none(scored.seconds for scored in runs),
        environments=sorted({scored.environment for scored in runs}),
    )


def compared_values(scored_runs: Iterable[ScoredRun], query: BoardQuery) -> dict[int, float]:
    """By seed.  On a reach board a run that never arrived, or diverged, is infinitely late; on all
    others a diverged one has no value."""
    late = query.axis == "reach"
    values = {
        scored.seed: inf if late and scored.outcome != "reached" else scored.value
        for scored in scored_runs
    }
    return {seed: value for seed, value in values.items() if value is not None}


def _row_value(values: list[float], board: Board) -> Interval | None:
    """On a reach board the median, as profiles have it: nothing is invented for who never
    arrived."""
    if board.query.axis != "reach":
        scales = (np.log, np.exp) if log_scaled(board.query) else ()
        return _mean_on_scale(values, board.method, *scales)
    return finite_interval(median_interval(values, board.method.level)) if values else None


def gradient_figures(scored_runs: list[ScoredRun], name: str) -> list[float]:
    return [scored.gradient[name] for scored in scored_runs if name in scored.gradient]


def root_mean_square(bias: Sequence[float] | Floats, method: Method = Method()) -> Interval | None:
    """Of relative biases over seeds, with its interval; below zero: none was seen."""
    return _mean_on_scale(bias, method, signed_square, signed_root)


def declaration_doubt(declared: Declared | None, bias: Sequence[float] | Floats) -> float | None:
    """How likely an estimator as declared is to be measured so far off, where that is below 0.001;
    null where it agrees, or declares no such thing.  ``bias``: relative, over seeds."""
    if declared is None or not declared.unbiased:
        return None
    chance = bias_chance(np.asarray(bias, float))
    return chance if chance < DOUBT else None


def doubt_text(label: str, bias: Interval | None, doubt: float | None) -> str:
    """Of a row that is ranked all the same, as DOUBTED lists it."""
    size = f"{bias.mean:.2g}, " if bias else ""
    return f"{label} ({size}p = {doubt:.1g})"


def contradiction_text(doubt: float | None, bias: Interval | None, proved: bool) -> str | None:
    """Why it may not be ranked, where what was measured outweighs what is declared, and
    ``proved`` by enumeration."""
    if doubt is None or bias is None or not contradicted(doubt, proved):
        return None
    return f"declares itself unbiased; its measured relative bias is {bias.mean:.2g}"


def _identity_scale(x: Floats) -> Floats:
    return x


def _median_or_none(values: Iterable[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return float(median(numbers)) if numbers else None


def _mean_on_scale(
    values: Sequence[float] | Floats,
    method: Method,
    there: Scale = _identity_scale,
    back: Scale = _identity_scale,
) -> Interval | None:
    """The interval is taken on another scale and brought back; one seed alone has none."""
    if not len(values):
        return None
    scaled = mean_interval(there(np.array(values)), method.level, method.resamples, method.rng_seed)
    ends = [scaled.mean if end is None else end for end in (scaled.low, scaled.high)]
    mean, low, high = (float(end) for end in back(np.array([scaled.mean, *ends])))
    if scaled.low is None:
        return Interval(mean=mean, low=None, high=None)
    return Interval(mean=mean, low=low, high=high)
