"""Seeds of a metric along training, as means with their intervals."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analysis.records.phrases import interval_text
from analysis.records.shapes import Interval
from analysis.statistics.intervals import half_widths
from analysis.statistics.student import Floats

# steps (or another spend), values: one seed
Curve = tuple[Sequence[int] | Sequence[float], Sequence[float]]
Band = tuple[Floats, Floats, Floats, Floats]


class ValueTable(NamedTuple):
    """What a picture draws, in figures."""

    titles: list[str]
    rows: list[list[str]]
    note: str = "Means over seeds with 95% intervals."


def mean_bands(curves: Mapping[str, Sequence[Curve]], log: bool = False) -> dict[str, Band]:
    """Of each estimator that has seeds: see ``mean_band``."""
    return {name: mean_band(seeds, log) for name, seeds in curves.items() if seeds}


def mean_band(seeds: Sequence[Curve], log: bool = False) -> tuple[Floats, Floats, Floats, Floats]:
    """(steps, mean, low, high): Student's interval at each step that all seeds logged.

    ``log``: on the log scale, where the mean is geometric; values that are not positive leave a
    gap.
    """
    shared = sorted(set.intersection(*(set(steps) for steps, _ in seeds)))
    at = [dict(zip(steps, values, strict=True)) for steps, values in seeds]
    values = np.array([[seed[step] for step in shared] for seed in at], float)
    values[~np.isfinite(values) | (log & (values <= 0))] = np.nan
    values = np.log(values) if log else values
    mean, half = values.mean(0), np.zeros(len(shared))
    if len(values) > 1:
        half = half_widths(values)
    low, middle, high = (np.exp(line) if log else line for line in (mean - half, mean, mean + half))
    return np.array(shared, float), middle, low, high


def band_table(curves: Mapping[str, Sequence[Curve]], log: bool = False) -> ValueTable:
    """A line for each step, a column for each estimator; empty where it has no value."""
    bands = mean_bands(curves, log)
    cells = {name: _band_cells(band) for name, band in bands.items()}
    steps = sorted({step for column in cells.values() for step in column})
    rows = [[f"{step:,g}", *(one.get(step, "") for one in cells.values())] for step in steps]
    return ValueTable(["steps", *cells], rows)


def _band_cells(band: Band) -> dict[float, str]:
    return {
        float(step): interval_text(Interval(mean=mean, low=low, high=high))
        if high > low
        else f"{mean:,.4g}"
        for step, mean, low, high in zip(*map(np.ndarray.tolist, band), strict=True)
        if np.isfinite(mean)
    }
