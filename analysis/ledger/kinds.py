"""What a board says that ranks entries of all kinds of device, in words."""

from collections import Counter
from collections.abc import Sequence

from analysis.records.phrases import count_text, name_list

UNKNOWN = "an unknown device"
COMPARES = (
    "Noise and minibatches are the same on each; the last bits of arithmetic are not, so that "
    "trajectories part after some dozens of steps, like those of other lanes: steps and "
    "evaluations compare, seconds do not."
)


def kinds_sentence(devices: Sequence[str]) -> str:
    """How many rows each kind of device trained, and what that means; empty where no row is."""
    counts = Counter(devices).most_common()
    if len(counts) < 2:
        rows = [f"{count_text(count, 'row')} trained on {kind}" for kind, count in counts]
        return "".join(f"{one}, and none on another kind of device." for one in rows)
    [(first, most), *others] = counts
    rest = name_list([f"{count} on {kind}" for kind, count in others])
    return f"{count_text(most, 'row')} trained on {first}, {rest}.  {COMPARES}"


def pair_kinds(labels: tuple[str, str], devices: Sequence[str]) -> str | None:
    """The same of two entries; None where one kind trained both."""
    if devices[0] == devices[1]:
        return None
    trained = map("{} trained on {}".format, labels, devices)
    return f"{', '.join(trained)}.  {COMPARES}"


def label_on(label: str, device: str | None) -> str:
    """As a picture names it; ``device``: null where it is the commonest."""
    return f"{label} on {device}" if device else label
