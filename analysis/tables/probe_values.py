"""What a probe's picture draws, in figures."""

from collections.abc import Sequence

from analysis.records.phrases import cost_text, interval_text, percent_text
from analysis.records.probes import ProbeRow
from analysis.statistics.bands import ValueTable

TITLES = ["estimator", "variance ratio", "relative bias", "cosine", "evaluations/step"]
NOTE = (
    "Of the encoder's gradient at the probe's frozen parameters, with 95% intervals; the variance "
    "ratio is to two-draw leave-one-out.  - where a value drowns in noise."
)


def probe_values(rows: Sequence[ProbeRow]) -> ValueTable:
    """What a probe's picture draws, in figures."""
    cells = [
        [
            row.label,
            interval_text(row.ratio),
            percent_text(row.bias),
            interval_text(row.cosine),
            cost_text(row.forward, row.backward),
        ]
        for row in rows
    ]
    return ValueTable(TITLES, cells, NOTE)
