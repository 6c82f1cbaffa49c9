"""A job's page: its runs, and how they learn.  It reloads itself until the job has ended."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, NamedTuple

from analysis.pages.board import picture_section
from analysis.pages.html import HOME, html_link, html_page, html_table, state_mark
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
    return f"{estimator} on {spec['model']['name']}, {spec['dataset']['name']}"


def job_table(jobs: Iterable[JobLine]) -> str:
    rows = [
        (
            [
                html_link(f"/jobs/{job.job_id}", job.title),
                job.labels,
                state_mark(job.state),
                f"{job.done:.0%}",
            ],
            "",
        )
        for job in jobs
    ]
    return html_table(("job", "labels", "state", "steps done"), rows)


def job_page(
    job: JobLine, runs: Sequence[RunLine], ways: dict[str, str], metric: str | None, ended: bool
) -> str:
    """``ways``: addresses of what belongs to the job, by words; ``metric``: of which there is a
    picture, if there is one."""
    links = " ".join(html_link(to, words) for words, to in ways.items())
    body = [
        f"<nav>{HOME}</nav><h1>{escape(job.title)}</h1>",
        f"<p>{job.state}, {job.done:.0%} of its steps.  {links}</p>",
        *picture_section({"learning curves": f"/jobs/{job.job_id}/curves.svg"} if metric else {}),
        run_table(runs, metric),
    ]
    return html_page(job.title, body, None if ended else RELOAD_SECONDS)


def run_table(runs: Sequence[RunLine], metric: str | None) -> str:
    titles = ("run", "seed", "setting", "state", "", "step", *([metric] if metric else []))
    return html_table(titles, [(run_cells(run, metric), "") for run in runs])


def run_cells(run: RunLine, metric: str | None) -> list[str]:
    last = [f"{run.value:.2f}" if run.value is not None else ""] if metric else []
    return [
        html_link(f"/v1/runs/{run.run_id}", str(run.number)),
        str(run.seed),
        setting_label(run.setting),
        run.state,
        run.reason or "",
        f"{run.step:,} of {run.steps:,}",
        *last,
    ]
