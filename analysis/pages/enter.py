"""Forms that enter an estimator for a benchmark, or submit an experiment."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from analysis.pages.fields import FormField, field_set
from analysis.pages.forms import KEY_FIELD, fault_list
from analysis.pages.html import HOME, html_facts, html_link, html_page, link_row

Fault = tuple[str, str, str]
LOOK = "look"  # the field of a button that sends nothing for good


class Choice(NamedTuple):
    """A select whose change shows other fields."""

    name: str
    options: Sequence[str]
    chosen: str


class Sent(NamedTuple):
    """What a form sent, and what is wrong with it."""

    fields: Mapping[str, str]
    faults: Sequence[Fault]
    # what it would take, in words, where that was asked
    estimate: str = ""


def choice_form(choices: Iterable[Choice], to: str) -> str:
    """Chooses what the form below is for."""
    selects = "".join(
        f'<label>{escape(one.name)} <select name="{escape(one.name)}">'
        + "".join(
            f"<option{' selected' if option == one.chosen else ''}>{escape(option)}</option>"
            for option in one.options
        )
        + "</select></label> "
        for one in choices
    )
    button = "<button>Show its settings</button>"
    return f'<form class="filters" action="{escape(to)}" data-choices>{selects}{button}</form>'


def sending_form(
    to: str,
    groups: Mapping[str, Sequence[FormField]],
    chosen: Mapping[str, str],
    sent: Sent,
    label: str,
    needs_key: bool,
    estimates: bool = False,
) -> str:
    """Groups of inputs, and a button; ``chosen`` goes along.  ``estimates``: with one more that
    asks what it would take."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value, quote=True)}">'
        for name, value in chosen.items()
    )
    inputs = "".join(field_set(title, fields, sent.fields) for title, fields in groups.items())
    look = f' <button name="{LOOK}" value="estimate">What it would take</button>'
    ask = look if estimates else ""
    return (
        f'<form method="post" action="{escape(to)}"{" data-estimates" if estimates else ""}>'
        f"{hidden}{inputs}{KEY_FIELD if needs_key else ''}{verdict_box(sent)}"
        f"<p><button>{escape(label)}</button>{ask}</p></form>"
    )


def verdict_box(sent: Sent) -> str:
    """What is wrong with what was sent, or what it would take."""
    estimate = f'<p role="status">{escape(sent.estimate)}</p>' if sent.estimate else ""
    return f"<div data-verdict>{fault_list(sent.faults)}{estimate}</div>"


def enter_page(
    benchmark: str,
    facts: Mapping[str, str],
    choice: Choice,
    groups: Mapping[str, Sequence[FormField]],
    sent: Sent,
    needs_key: bool,
) -> str:
    """``facts``: what an entry will train, by words; ``groups``: inputs by what they are of."""
    here = f"/benchmarks/{benchmark}"
    body = [
        f"{HOME}{link_row([html_link(here, benchmark)])}<h1>Enter an estimator</h1>",
        "<p>It is tuned, confirmed and ranked by itself; its page says how far it is.</p>",
        html_facts(facts),
        choice_form([choice], f"{here}/enter"),
        sending_form(
            f"{here}/enter",
            groups,
            {choice.name: choice.chosen},
            sent,
            f"Enter {choice.chosen}",
            needs_key,
        ),
    ]
    return html_page(f"Enter {benchmark}", body, scripts=("forms.js",))


def submit_page(
    choices: Sequence[Choice],
    groups: Mapping[str, Sequence[FormField]],
    sent: Sent,
    needs_key: bool,
) -> str:
    body = [
        f"{HOME}<h1>Submit an experiment</h1>",
        "<p>Every seed, times every learning rate, is a run.  Lists are written as JSON.</p>",
        choice_form(choices, "/submit"),
        sending_form(
            "/submit",
            groups,
            {one.name: one.chosen for one in choices},
            sent,
            "Submit",
            needs_key,
            estimates=True,
        ),
    ]
    return html_page("Submit an experiment", body, scripts=("forms.js",))
