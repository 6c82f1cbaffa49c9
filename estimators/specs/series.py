"""Every series that a run may have: its name, its unit, and what it says."""

from collections.abc import Iterator
from typing import NamedTuple


class SeriesKind(NamedTuple):
    """A series to be: ``LABEL`` in a name stands for a shadow's label (see `called`), ``SAMPLES``
    for a number of samples, ``LAYER`` for a layer's number from the input up, from 0."""

    name: str
    unit: str
    meaning: str


STEP = "every step"
EVALUATION = "evaluations, step 0 and the last step included"
MEASURED = "measured steps"
SHADOW = "measured steps, of every shadow"

_BOUND = "negative log-likelihood bound with `evaluation.samples` samples; lower is better"
_FURTHER = "the same with SAMPLES samples, of a list the second and later ones"
_ACTIVE = "whose posterior mean varies over the test data, with `evaluation.active_units`"
_GRADIENT = (
    ("variance", "squared gradient", "total variance of one estimate"),
    ("log_ratio", "natural logarithm", "variance over that of leave-one-out with two draws"),
    ("bias", "gradient's length", "signed root of the unbiased estimate of the squared bias"),
    ("bias_error", "gradient's length", "half the wider side of the bias's interval: two errors"),
    ("cosine", "", "of the mean gradient, as trained, and the true one"),
)
_WORK = "CPU time of the program, device time on a GPU, shared by its live lanes; training alone"
_PAIR = "the two draws' own, at the same parameters, examples and noise"

# When a run has them, and which.
SERIES: dict[str, tuple[SeriesKind, ...]] = {
    STEP: (SeriesKind("cost/train", "nats per example", "the surrogate objective"),),
    EVALUATION: (
        *(
            SeriesKind(f"bound/{part}", "nats per example", _BOUND)
            for part in ("train", "validation", "test")
        ),
        *(
            SeriesKind(f"bound/{part}/SAMPLES", "nats per example", _FURTHER)
            for part in ("train", "validation", "test")
        ),
        SeriesKind("active_units/LAYER", "units", _ACTIVE),
        SeriesKind("evaluations", "evaluations per example", "forward + 2 backward, cumulative"),
        SeriesKind("seconds", "seconds", _WORK),
        SeriesKind(
            "wall_seconds", "seconds", "the same by the clock on the wall, neighbours and all"
        ),
    ),
    MEASURED: (
        *(SeriesKind(f"gradient/{name}", unit, meaning) for name, unit, meaning in _GRADIENT),
        SeriesKind("gradient/variance_loo2", "squared gradient", _PAIR),
    ),
    SHADOW: tuple(
        SeriesKind(f"shadow/LABEL/{name}", unit, meaning) for name, unit, meaning in _GRADIENT
    ),
}


def series_names(label: str = "LABEL") -> Iterator[str]:
    """Of every series, those of a shadow with ``label``."""
    for kinds in SERIES.values():
        yield from (kind.name.replace("LABEL", label) for kind in kinds)
