"""A run's page: how far it is, where it trained, and what it measured last."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from analysis.pages.html import HOME, html_facts, html_link, html_page, html_table, link_row
from analysis.pages.job import RELOAD_SECONDS
from analysis.pages.pictures import picture_section
from analysis.pages.progress import Progress, progress_parts
from analysis.records.labels import setting_label


class RunStory(NamedTuple):
    """What a run's page shows."""

    run_id: str
    job_id: str
    job_title: str
    number: int
    seed: int
    setting: dict[str, float]
    step: int
    steps: int
    lane: int
    width: int
    attempt: int
    progress: Progress
    # the last value of each series
    last: Mapping[str, float | None]
    environments: Sequence[Mapping[str, Any]]
    pictured: bool


def run_page(story: RunStory) -> str:
    """It keeps itself current until the run has ended."""
    home, ended = f"/runs/{story.run_id}", story.progress.finished_at is not None
    title = f"Run {story.number} of {story.job_title}"
    live = "" if ended else f' data-live="/v1/jobs/{story.job_id}/events"'
    picture = {"The bound along training": f"{home}/curves.svg?at={story.step}"}
    body = [
        f"{HOME}<h1>{escape(title)}</h1>",
        link_row(
            [
                html_link(f"/jobs/{story.job_id}", "its job"),
                html_link(f"/v1{home}", "as JSON"),
                html_link(f"/v1{home}/series", "its series"),
            ]
        ),
        f'<section data-part="state"{live}>',
        *progress_parts(story.progress),
        html_facts(_run_facts(story)),
        "</section>",
        f'<section data-part="picture">{"".join(picture_section(picture))}</section>'
        if story.pictured
        else "",
        '<section data-part="values"><h2>Last values</h2>',
        html_table(("series", "value"), [(_value_cells(*one), "") for one in story.last.items()]),
        "</section><h2>Where it trained</h2>",
        *(html_facts(_environment_facts(one)) for one in story.environments),
    ]
    reload = None if ended else RELOAD_SECONDS
    return html_page(title, body, reload, (*(() if ended else ("live.js",)), "pictures.js"))


def _run_facts(story: RunStory) -> dict[str, str]:
    return {
        "seed": str(story.seed),
        "setting": setting_label(story.setting) or "that of its job",
        "step": f"{story.step:,} of {story.steps:,}",
        "program": f"lane {story.lane} of {story.width}, attempt {story.attempt}",
    }


def _value_cells(name: str, value: float | None) -> list[str]:
    return [name, "not finite" if value is None else f"{value:#,.5g}".rstrip(".")]


def _environment_facts(environment: Mapping[str, Any]) -> dict[str, str]:
    """What is known of it: a CPU has no settings of a GPU's."""
    return {
        name.replace("_", " "): str(value)
        for name, value in environment.items()
        if value is not None
    }
