"""What a probe's picture draws, in figures."""

from collections.abc import Callable, Sequence

from analysis.records.phrases import cost_text, interval_text, percent_text
from analysis.records.probes import ProbeRow
from analysis.statistics.bands import ValueTable

# of a gradient, by title
QUANTITIES: dict[str, Callable[[ProbeRow], str]] = {
    "variance ratio": lambda row: interval_text(row.ratio),
    "relative bias": lambda row: percent_text(row.bias),
    "cosine": lambda row: interval_text(row.cosine),
}
TITLES = ["estimator", *QUANTITIES, "evaluations/step"]
NOTE = (
    "Of the encoder's gradient at the probe's frozen parameters, with 95% intervals; the variance "
    "ratio is to two-draw leave-one-out.  - where a value drowns in noise."
)


def probe_values(rows: Sequence[ProbeRow]) -> ValueTable:
    """What a probe's picture draws, in figures."""
    cells = [
        [
            row.label,
            *(text(row) for text in QUANTITIES.values()),
            cost_text(row.forward, row.backward),
        ]
        for row in rows
    ]
    return ValueTable(TITLES, cells, NOTE)
