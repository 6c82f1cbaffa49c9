"""One cell's row: its value, what its gradients were measured to be, and what it costs."""

from collections.abc import Iterable, Mapping, Sequence
from math import inf
from statistics import median
from typing import NamedTuple

import numpy as np

from analysis.boards.metrics import log_scaled
from analysis.boards.selection import Choice
from analysis.boards.shapes import Board, BoardQuery, Row, ScoredRun
from analysis.records.labels import Declared, declared_promise, estimator_label
from analysis.records.shapes import Interval
from analysis.statistics.bias import (
    DOUBT,
    bias_chance,
    contradicted,
)
from analysis.statistics.scales import LOGARITHM, PLAIN, RATIO, SIGNED_ROOT, scaled_means
from analysis.statistics.sizes import finite_interval, median_interval
from analysis.statistics.student import Floats

DOUBTED = "Measured to be biased, as one sound estimator in a thousand is, and proved not to be"


class Figures(NamedTuple):
    """What a row has intervals of."""

    value: Interval | None
    variance_ratio: Interval | None
    bias: Interval | None


def board_rows(choices: Mapping[str, Choice], board: Board) -> list[Row]:
    """Of every cell, in their order, without ranks, which take all rows."""
    figures = _row_figures(list(choices.values()), board)
    return [
        _board_row(cell, choice, board, some)
        for (cell, choice), some in zip(choices.items(), figures, strict=True)
    ]


def _row_figures(choices: Sequence[Choice], board: Board) -> list[Figures]:
    """Of every choice; what all rows have is resampled at once."""
    runs, method = [choice.scored_runs for choice in choices], board.method
    how = (method.level, method.resamples, method.rng_seed)
    ratios = scaled_means([gradient_figures(some, "log_ratio") for some in runs], RATIO, *how)
    biases = scaled_means([gradient_figures(some, "bias") for some in runs], SIGNED_ROOT, *how)
    values = [list(compared_values(some, board.query).values()) for some in runs]
    return list(map(Figures, _value_intervals(values, board, how), ratios, biases))


def _board_row(cell_id: str, choice: Choice, board: Board, figures: Figures) -> Row:
    """Without a rank, which takes the other rows."""
    estimator, runs = board.estimators[cell_id], choice.scored_runs
    declared = declared_promise(estimator, board.definition, board.plugins)
    return Row(
        cell_id=cell_id,
        label=estimator_label(estimator, board.plugins),
        certificate=f"/v1/estimators/{estimator['name']}",
        declared=declared,
        setting=runs[0].setting if runs else {},
        grid=choice.grid,
        near_best=choice.near_best,
        seeds=len(compared_values(runs, board.query)),
        diverged=sum(scored.outcome == "diverged" for scored in runs),
        censored=sum(scored.outcome == "censored" for scored in runs),
        value=figures.value,
        ranks=None,
        group=None,
        provisional=False,
        unranked=None,
        variance_ratio=figures.variance_ratio,
        bias=figures.bias,
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


def _value_intervals(
    samples: list[list[float]], board: Board, how: tuple[float, int, int]
) -> list[Interval | None]:
    """On a reach board of the median, as profiles have it: nothing is invented for who never
    arrived."""
    if board.query.axis == "reach":
        level = board.method.level
        return [finite_interval(median_interval(x, level)) if x else None for x in samples]
    return scaled_means(samples, LOGARITHM if log_scaled(board.query) else PLAIN, *how)


def gradient_figures(scored_runs: list[ScoredRun], name: str) -> list[float]:
    return [scored.gradient[name] for scored in scored_runs if name in scored.gradient]


def root_mean_square(bias: Sequence[float] | Floats) -> Interval | None:
    """Of relative biases over seeds, with its interval; below zero: none was seen."""
    return scaled_means([bias], SIGNED_ROOT)[0]


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


def _median_or_none(values: Iterable[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return float(median(numbers)) if numbers else None
