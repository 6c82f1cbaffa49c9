"""Intervals drawn in a table's cells, all of a column on one scale."""

from collections.abc import Iterable, Mapping

from analysis.pages.html import Markup
from analysis.records.phrases import interval_text, rank_text
from analysis.records.shapes import Interval

WIDTH, HEIGHT, MARGIN = 110, 14, 4
# of a curve, and the nats that it shows above the best
TALL, REACH = 30, 3.0
SIZE = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
Scale = tuple[float, float]


def strip_scale(values: Iterable[Interval | None]) -> Scale:
    """From the lowest end to the highest one."""
    ends = [
        end
        for value in values
        if value
        for end in (value.mean, value.low, value.high)
        if end is not None
    ]
    return (min(ends), max(ends)) if ends else (0.0, 1.0)


def interval_strip(value: Interval | None, scale: Scale) -> Markup:
    """A point with its interval; its text is for who does not see it."""
    if value is None:
        return Markup("")
    low, high = (value.mean if end is None else end for end in (value.low, value.high))
    left, point, right = (_position(at, scale) for at in (low, value.mean, high))
    middle = HEIGHT / 2
    return Markup(
        f'<svg class="strip" {SIZE} role="img" '
        f'aria-label="{interval_text(value)}"><title>{interval_text(value)}</title>'
        f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{middle}" y2="{middle}"/>'
        f'<circle cx="{point:.1f}" cy="{middle}" r="3"/></svg>'
    )


def rank_strip(ranks: tuple[int, int], rows: int) -> Markup:
    """The places of ``rows`` that a row may have, as a bar."""
    low, high = ranks
    left, right = (low - 1) / rows * WIDTH, high / rows * WIDTH
    words = f"rank {rank_text(ranks)} of {rows}"
    return Markup(
        f'<svg class="strip" {SIZE} role="img" aria-label="{words}">'
        f'<title>{words}</title><rect x="{left:.1f}" y="2" width="{right - left:.1f}" '
        f'height="{HEIGHT - 4}" rx="2"/></svg>'
    )


def rate_strip(bounds: Mapping[float, float | None], chosen: float | None) -> Markup:
    """Bounds against rates, evenly spaced, the chosen one large; a rate at which all diverged, or
    end more than ``REACH`` nats above the best, stands at the upper edge."""
    values = [value for value in bounds.values() if value is not None]
    if not values:
        return Markup("")
    best, words = min(values), []
    top = min(REACH, max(values) - best) or 1.0
    step, dots = WIDTH / len(bounds), []
    for number, (rate, value) in enumerate(sorted(bounds.items())):
        words.append(f"{rate:g}: {'diverged' if value is None else f'{value:.4g}'}")
        share = 1.0 if value is None else min((value - best) / top, 1.0)
        radius = 3.2 if rate == chosen else 1.6
        dots.append(((number + 0.5) * step, TALL - MARGIN - share * (TALL - 2 * MARGIN), radius))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in dots)
    circles = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}"/>' for x, y, r in dots)
    text = "; ".join(words)
    return Markup(
        f'<svg class="strip" width="{WIDTH}" height="{TALL}" viewBox="0 0 {WIDTH} {TALL}" '
        f'role="img" aria-label="{text}"><title>{text}</title>'
        f'<polyline points="{line}"/>{circles}</svg>'
    )


def _position(at: float, scale: Scale) -> float:
    low, high = scale
    share = (at - low) / (high - low) if high > low else 0.5
    return MARGIN + share * (WIDTH - 2 * MARGIN)
