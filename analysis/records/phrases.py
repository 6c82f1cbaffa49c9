"""Figures and lists as people read them.  Zero has no sign."""

from math import floor, log10

from analysis.records.shapes import Interval
from estimators.specs.findings import Quantity

EXACT = 1e-9  # of a mean: what rounding may leave between equal values


def interval_text(value: Interval | None) -> str:
    """A mean with its interval, to the digit that its half width decides: "9.31 [9.20, 9.43]"."""
    if value is None:
        return "-"
    if value.low is None or value.high is None:
        return f"{value.mean:z,.4g}"
    if value.high - value.low <= EXACT * abs(value.mean):
        return f"{value.mean:z,.4g} [exactly]"
    places = _decimal_places((value.high - value.low) / 2)
    return f"{value.mean:z,.{places}f} [{value.low:z,.{places}f}, {value.high:z,.{places}f}]"


def _decimal_places(half: float) -> int:
    """Two digits of a half width that starts below 2.5, one of others."""
    return min(max(-floor(log10(half / 2.5)), 0), 8) if half > 0 else 0


def cost_text(forward: float | None, backward: float | None) -> str:
    """Evaluations of the cost, per example and step: "4 + 4", forward and backward ones."""
    if forward is None or backward is None:
        return "-"
    return f"{forward:.4g} + {backward:.4g}"


def margin_text(value: Interval) -> str:
    """To hundredths, as a paper's table has it: "57.30 ±0.53"."""
    margin = "" if value.half_width is None else f" ±{value.half_width:.2f}"
    return f"{value.mean:.2f}{margin}"


def quantity_text(quantity: Quantity, digits: int = 2) -> str:
    """With its interval, where it has one."""
    if quantity.value is None:
        return "drowns in noise"
    if quantity.low is None or quantity.high is None:
        return f"{quantity.value:.{digits}f}"
    return f"{quantity.value:.{digits}f} ({quantity.low:.{digits}f} to {quantity.high:.{digits}f})"


def percent_text(value: Interval | None) -> str:
    """A relative figure: "14% [9, 17]"."""
    if value is None:
        return "-"
    if value.low is None or value.high is None:
        return f"{value.mean:z.2%}"
    places = _decimal_places(50 * (value.high - value.low))
    return (
        f"{value.mean:z.{places}%} [{100 * value.low:z.{places}f}, {100 * value.high:z.{places}f}]"
    )


def bias_text(value: Interval | None) -> str:
    """A relative bias; where its interval holds none, what it is below: "none seen, under 3%".
    A squared bias is estimated without bias, so its interval may end below zero: that bounds
    nothing."""
    if value is None or value.low is None or value.high is None or value.low > 0:
        return percent_text(value)
    return f"none seen, under {100 * value.high:.2g}%" if value.high > 0 else "none seen"


def rank_text(ranks: tuple[int, int]) -> str:
    """The places that a row may have: "2", "1-3"."""
    low, high = ranks
    return f"{low}" if low == high else f"{low}-{high}"


def name_list(names: list[str]) -> str:
    """With semicolons where a name holds a comma."""
    between, end = ("; ", "; and ") if any(", " in name for name in names) else (", ", " and ")
    return between.join(names[:-1]) + (end if len(names) > 1 else "") + names[-1]


def count_text(n: int, noun: str, plural: str = "") -> str:
    return f"{n:,} " + (noun if n == 1 else plural or f"{noun}s")
