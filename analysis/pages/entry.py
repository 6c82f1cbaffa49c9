"""An entry's page: where it is between tuning and its rank."""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from analysis.pages.forms import KEY_FIELD, form_scripts
from analysis.pages.html import HOME, html_facts, html_link, html_page, link_row, state_mark
from analysis.pages.job import RELOAD_SECONDS
from analysis.pages.progress import Progress, progress_parts
from analysis.records.labels import setting_label

OPEN = ("tuning", "confirming")


class Phase(NamedTuple):
    """One of its jobs."""

    title: str
    job_id: str
    progress: Progress


class Place(NamedTuple):
    """Such as "3-5 of 26", on the page of which board."""

    places: str
    board: str


class Standing(NamedTuple):
    """Where a ranked entry stands."""

    position: Place
    # why it is not on the benchmark's first board
    why_not_first: str | None
    # on the board of all kinds of device, where another kind than most trained it
    among_all: Place | None


class EntryStory(NamedTuple):
    """What an entry's page shows."""

    entry_id: str
    benchmark: str
    label: str
    state: str
    reason: str | None
    setting: dict[str, float] | None
    # once it is ranked
    standing: Standing | None
    # what its tuning tries
    trials: str
    phases: list[Phase]
    needs_key: bool


def entry_page(story: EntryStory) -> str:
    """It keeps itself current until the entry has ended."""
    board = f"/benchmarks/{story.benchmark}"
    home, is_open = f"{board}/entries/{story.entry_id}", story.state in OPEN
    live = f' data-live="/v1/jobs/{story.phases[-1].job_id}/events"' if is_open else ""
    links = [html_link(board, story.benchmark), html_link(f"/v1{home}", "as JSON")]
    body = [
        f"{HOME}{link_row(links)}",
        f"<h1>{escape(story.label)} on {escape(story.benchmark)}</h1>",
        f'<section data-part="state"{live}><p class="state">{state_mark(story.state)}</p>',
        html_facts(_entry_facts(story)),
        *(part for phase in story.phases for part in _phase_parts(phase)),
        "</section>",
        *_withdraw_parts(story, home),
    ]
    title = f"{story.label} on {story.benchmark}"
    reload = RELOAD_SECONDS if is_open else None
    scripts = (*(("live.js",) if is_open else ()), *form_scripts(story.needs_key))
    return html_page(title, body, reload, scripts)


def _entry_facts(story: EntryStory) -> dict[str, str]:
    facts = {"why": story.reason, "tuning": story.trials}
    facts["chosen by tuning"] = setting_label(story.setting) if story.setting else None
    return _standing_facts(story.standing) | {name: text for name, text in facts.items() if text}


def _standing_facts(standing: Standing | None) -> dict[str, str]:
    if standing is None:
        return {}
    places, board = standing.position
    if not (why := standing.why_not_first):
        return {"rank": html_link(board, places)}
    if places == "none":
        return {"rank": f"none: {why}"}
    facts = {"rank": html_link(board, f"{places}, on the board of the code that trained it")}
    if all_kinds := standing.among_all:
        facts["among all kinds of device"] = html_link(all_kinds.board, all_kinds.places)
    return facts | {"not on the first board": why}


def _phase_parts(phase: Phase) -> Iterator[str]:
    yield f"<h2>{html_link(f'/jobs/{phase.job_id}', phase.title)}</h2>"
    yield from progress_parts(phase.progress)


def _withdraw_parts(story: EntryStory, home: str) -> Iterator[str]:
    if story.state == "withdrawn":
        return
    yield f'<details><summary>Withdraw it</summary><form method="post" action="{home}/withdraw">'
    yield "<p>It stays in the ledger, with the reason.</p>"
    yield '<label>reason <input name="reason" required maxlength="300"></label> '
    yield f"{KEY_FIELD if story.needs_key else ''}<button>Withdraw</button></form></details>"
