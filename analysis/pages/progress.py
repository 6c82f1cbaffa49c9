"""How far something is, when it began and ended, and why it failed: what pages show of work."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

from analysis.pages.html import Markup, html_facts, state_mark

MINUTE, HOUR, DAY = 60, 3600, 86400


class Progress(NamedTuple):
    """Work that was asked for.  Times are seconds since 1970."""

    state: str
    # share of its steps that are done
    done: float
    counts: Mapping[str, int]
    now: float
    created_at: float
    started_at: float | None = None
    finished_at: float | None = None
    # why it waits; None where nothing of it does
    waiting: str | None = None
    # what happened, and what helps; None where it did not fail
    failure: tuple[str, str] | None = None


def progress_parts(work: Progress) -> Iterator[str]:
    """State, bar, times, and why it waits or failed."""
    counts = ", ".join(f"{count:,} {state}" for state, count in work.counts.items())
    about = f'<span class="note">{escape(counts)}</span>'
    yield f'<p class="state">{state_mark(work.state)} {about}</p>'
    yield _bar(work.done)
    yield f'<p class="note">{work.done:.0%} of its steps{escape(time_left(work))}</p>'
    if work.waiting:
        yield f"<p>{state_mark('queued')}: {escape(work.waiting)}</p>"
    if work.failure:
        yield failure_box(*work.failure)
    yield html_facts(_times(work))


def progress_bar(done: float) -> Markup:
    """A share of steps, drawn and in figures."""
    return Markup(f"{_bar(done)} {done:.0%}")


def _bar(done: float) -> str:
    return f'<progress max="1" value="{done:.4f}" aria-label="steps done"></progress>'


def failure_box(message: str, hint: str) -> Markup:
    return Markup(
        f'<div class="failure" role="alert"><p><code>{escape(message)}</code></p>'
        f"<p>{escape(hint)}</p></div>"
    )


def time_left(work: Progress) -> str:
    """An estimate from the steps so far; empty where there is none."""
    if work.started_at is None or work.finished_at is not None or not 0 < work.done < 1:
        return ""
    spent = work.now - work.started_at
    return f"; about {duration_text(spent * (1 - work.done) / work.done)} left at this pace"


def _times(work: Progress) -> dict[str, str]:
    moments = {
        "submitted": work.created_at,
        "began to train": work.started_at,
        "ended": work.finished_at,
    }
    facts = {name: moment_text(at) for name, at in moments.items() if at is not None}
    if work.started_at is not None:
        facts["took"] = duration_text((work.finished_at or work.now) - work.started_at)
    return facts


def moment_text(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def duration_text(seconds: float) -> str:
    """In two units at most: "3 min 20 s"."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    for unit, name, part, small in ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "min")):
        if whole >= unit:
            return f"{whole // unit} {name} {whole % unit // part} {small}"
    return f"{whole // MINUTE} min {whole % MINUTE} s"
