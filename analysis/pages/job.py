"""A job's page: how far it is, how its runs learn, and what may be asked of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from analysis.pages.forms import NumberForm, action_form, form_scripts, number_form
from analysis.pages.html import (
    HOME,
    code_block,
    html_link,
    html_page,
    html_table,
    link_row,
    state_mark,
)
from analysis.pages.pictures import picture_section
from analysis.pages.progress import Progress, progress_bar, progress_parts
from analysis.records.labels import estimator_label, setting_label

RELOAD_SECONDS = 5


class JobLine(NamedTuple):
    """A job in a list."""

    job_id: str
    title: str
    state: str
    # share of its steps that are done
    done: float
    labels: str = ""


class RunLine(NamedTuple):
    """A run of a job; ``value``: the last one of the page's metric."""

    run_id: str
    number: int
    seed: int
    setting: dict[str, float]
    state: str
    reason: str | None
    step: int
    steps: int
    value: float | None


def job_title(spec: dict[str, Any], probe: bool) -> str:
    """A job in a few words, from its spec."""
    estimator = "probe" if probe else estimator_label(spec["estimator"])
    return f"{estimator} on {task_words(spec)}"


def task_words(spec: Mapping[str, Any]) -> str:
    """Model and data of a spec: "structured prediction of digits", "toy"."""
    model, data = spec["model"]["name"].replace("_", " "), spec["dataset"]["name"]
    return model if data == "nothing" else f"{model} of {data}"


def job_table(jobs: Iterable[JobLine]) -> str:
    rows = [
        (
            [
                html_link(f"/jobs/{job.job_id}", job.title),
                job.labels,
                state_mark(job.state),
                progress_bar(job.done),
            ],
            "",
        )
        for job in jobs
    ]
    return html_table(("job", "labels", "state", "steps done"), rows)


class JobStory(NamedTuple):
    """What a job's page shows."""

    line: JobLine
    progress: Progress
    # addresses of what belongs to it, by words
    ways: Mapping[str, str]
    # of which each run has a last value, if there is one
    metric: str | None
    # what its picture shows, if there is one
    picture: str | None
    version: int
    runs: Sequence[RunLine]
    # where the runs go on, if there are more
    more: str | None
    # what may be asked of it, by words
    actions: Mapping[str, str]
    # by what it may be extended
    extensions: Sequence[NumberForm]
    needs_key: bool
    # submits it again
    command: Sequence[str]


def job_page(story: JobStory) -> str:
    """It keeps itself current until the job has ended; without a script it is loaded anew."""
    home, ended = f"/jobs/{story.line.job_id}", story.progress.finished_at is not None
    live = "" if ended else f' data-live="/v1{home}/events"'
    links = link_row(html_link(to, words) for words, to in story.ways.items())
    address = f"{home}/curves.svg?at={story.version}"
    picture = {story.picture: address} if story.picture else {}
    forms = (action_form(to, words, story.needs_key) for words, to in story.actions.items())
    labels = f'<p class="note">{escape(story.line.labels)}</p>' if story.line.labels else ""
    body = [
        f"{HOME}<h1>{escape(story.line.title)}</h1>{labels}{links}",
        f'<section data-part="state"{live}>',
        *progress_parts(story.progress),
        *forms,
        "</section>",
        f'<section data-part="picture">{"".join(picture_section(picture))}</section>',
        f'<section data-part="runs"><h2>Runs</h2>{run_table(story.runs, story.metric)}',
        f"{link_row([html_link(story.more, 'more runs')])}</section>"
        if story.more
        else "</section>",
        f'<section data-part="more">{"".join(extension_parts(story))}</section>',
        "<h2>The same again</h2><details><summary>The command that submits it</summary>",
        f"{code_block(story.command)}</details>",
    ]
    reload = None if ended else RELOAD_SECONDS
    live_scripts = () if ended else ("live.js",)
    scripts = (*live_scripts, "pictures.js", *form_scripts(story.needs_key))
    return html_page(story.line.title, body, reload, scripts)


def extension_parts(story: JobStory) -> Iterator[str]:
    """More seeds or more steps, as another job."""
    if story.extensions:
        yield "<h2>More of it</h2>"
        yield '<p class="note">Another job adds to this one, which stays as it is.</p>'
        yield from (number_form(one, story.needs_key) for one in story.extensions)


def run_table(runs: Sequence[RunLine], metric: str | None) -> str:
    titles = ("run", "seed", "setting", "state", "", "step", *([metric] if metric else []))
    return html_table(titles, [(run_cells(run, metric), "") for run in runs])


def run_cells(run: RunLine, metric: str | None) -> list[str]:
    last = [f"{run.value:.2f}" if run.value is not None else ""] if metric else []
    return [
        html_link(f"/runs/{run.run_id}", str(run.number)),
        str(run.seed),
        setting_label(run.setting),
        state_mark(run.state),
        run.reason or "",
        f"{run.step:,} of {run.steps:,}",
        *last,
    ]
