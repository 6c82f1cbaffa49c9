"""An estimator's page: what it is, what it declares, what the oracle found, and where it ranks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from analysis.pages.html import (
    HOME,
    code_block,
    docstring_html,
    html_facts,
    html_link,
    html_page,
    html_table,
    link_row,
)
from analysis.pages.strips import REACH, rate_strip
from analysis.records.formulas import NOTATION
from analysis.records.phrases import cost_text
from estimators.specs.certificates import Certificate, Row

CERTIFICATE_TITLES = (
    "net", "declared", "draws", "bias", "95% interval", "variance ratio", "evaluations/step", "",
)  # fmt: skip
LINK = "https://"


class Place(NamedTuple):
    """Where an estimator stands on a benchmark's board."""

    benchmark: str
    label: str
    ranks: str
    value: str
    rate: float | None
    # validation bounds of tuning, by rate
    bounds: Mapping[float, float | None]


class EstimatorStory(NamedTuple):
    """What an estimator's page shows."""

    name: str
    paper: str
    links: Sequence[str]
    # empty for a plug-in's
    formula: str
    # what its own file says of it
    text: str
    facts: Mapping[str, str]
    # name, default, bounds, what it is
    parameters: Sequence[tuple[str, str, str, str]]
    certificates: Sequence[Certificate]
    places: Sequence[Place]


def estimator_page(story: EstimatorStory) -> str:
    links = [html_link(to, to.removeprefix(LINK)) for to in story.links]
    api = f"/v1/estimators/{story.name}"
    body = [
        f"{HOME}<h1>{escape(story.name)}</h1><p>{escape(story.paper)}</p>",
        link_row([*links, html_link(api, "as JSON"), html_link("/estimators", "all estimators")]),
        *_formula_parts(story.formula),
        *_text_paragraphs(story.text),
        html_facts(story.facts),
        "<h2>Settings</h2>",
        html_table(
            ("setting", "what it is", "default", "bounds"),
            [([one[0], one[3], *one[1:3]], "") for one in story.parameters],
        )
        if story.parameters
        else "<p>It has none.</p>",
        *_place_parts(story),
        *_certificate_parts(story.certificates),
        "<h2>Train it</h2>",
        code_block(
            [
                f"gradarena submit --estimator {story.name} --watch",
                f"gradarena check {story.name}",
            ]
        ),
    ]
    return html_page(f"{story.name} - Gradient Arena", body)


def _formula_parts(formula: str) -> Iterator[str]:
    if formula:
        yield f'<pre class="formula" tabindex="0">{escape(formula)}</pre>'
        yield "<details><summary>What the letters stand for</summary>"
        yield f"<pre>{escape(NOTATION)}</pre></details>"


def _text_paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        yield f"<p>{docstring_html(paragraph)}</p>"


def _place_parts(story: EstimatorStory) -> Iterator[str]:
    yield "<h2>Where it ranks</h2>"
    if not story.places:
        yield "<p>It is entered for no benchmark.</p>"
        return
    titles = ("benchmark", "entered as", "rank", "median", "rate", "bound by rate")
    yield html_table(titles, [(_place_cells(one), "") for one in story.places])
    yield '<p class="note">Bound by rate: on validation, over the rates that tuning tried; lower '
    yield f"is better, the large point was chosen, the upper edge is {REACH:g} nats above the best "
    yield "or more, or diverged.</p>"


def _place_cells(rank: Place) -> list[str]:
    return [
        html_link(f"/benchmarks/{rank.benchmark}", rank.benchmark),
        rank.label,
        rank.ranks,
        rank.value,
        "" if rank.rate is None else f"{rank.rate:g}",
        rate_strip(rank.bounds, rank.rate),
    ]


def _certificate_parts(certificates: Sequence[Certificate]) -> Iterator[str]:
    yield "<h2>Certificate</h2>"
    if not certificates:
        yield "<p>Nobody has tried it against the oracle.</p>"
        return
    yield '<p class="note">Against exact enumeration on small nets; draws 0: every value was '
    yield "enumerated.</p>"
    for certificate in certificates:
        rows = [(_certificate_cells(row), "" if row.kept else "flag") for row in certificate.rows]
        yield f"<details><summary>{escape(settings_text(certificate.estimator))}: "
        yield f"{kept_text(certificate)}</summary>{html_table(CERTIFICATE_TITLES, rows)}</details>"


def kept_text(certificate: Certificate) -> str:
    """On how many nets what was declared holds."""
    nets = len(certificate.rows)
    faults = sum(not row.kept for row in certificate.rows)
    return f"kept on {nets - faults} of {nets} nets" if faults else f"kept on all {nets} nets"


def settings_text(estimator: Mapping[str, Any]) -> str:
    """The settings that were tried; a nested one by its parts."""
    words = [
        f"{name.replace('_', ' ')} {_value_words(value)}"
        for name, value in estimator.items()
        if name != "name"
    ]
    return ", ".join(words) or "without settings"


def _value_words(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name} {_value_words(one)}" for name, one in value.items())
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _certificate_cells(row: Row) -> list[str]:
    bias, interval = "not finite", ""
    if row.bias is not None and row.interval is not None:
        low, high = row.interval
        bias, interval = f"{row.bias:.2%}", f"{low:.2%} to {high:.2%}"
    return [
        row.net,
        "unbiased" if row.promised else "biased",
        f"{row.draws:,}",
        bias,
        interval,
        "" if row.variance_ratio is None else f"{row.variance_ratio:.3g}",
        cost_text(row.forward, row.backward),
        "; ".join(row.faults),
    ]


def estimator_list(lines: Sequence[tuple[str, str, str, str, str]]) -> str:
    """Name, paper, units, what it is unbiased for, and evaluations of each."""
    titles = ("estimator", "paper", "units", "unbiased for", "evaluations/step")
    rows = [([html_link(f"/estimators/{one[0]}", one[0]), *one[1:]], "") for one in lines]
    body = [
        f"{HOME}<h1>Estimators</h1>",
        "<p>Each declares what it is unbiased for, and the oracle holds it to that.</p>",
        html_table(titles, rows, sorts=True),
    ]
    return html_page("Estimators - Gradient Arena", body, scripts=("board.js",))
