"""Forms that enter an estimator for a benchmark, or submit an experiment."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from analysis.pages.fields import FormField, field_set
from analysis.pages.forms import KEY_FIELD, fault_list, form_scripts
from analysis.pages.html import HOME, html_link, html_page, link_row

Fault = tuple[str, str, str]


class Choice(NamedTuple):
    """A select whose change shows other fields."""

    name: str
    options: Sequence[str]
    chosen: str


class Sent(NamedTuple):
    """What a form sent, and what is wrong with it."""

    fields: Mapping[str, str]
    faults: Sequence[Fault]


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
    return f'<form action="{escape(to)}">{selects}<button>Show its settings</button></form>'


def sending_form(
    to: str,
    groups: Mapping[str, Sequence[FormField]],
    chosen: Mapping[str, str],
    sent: Sent,
    label: str,
    needs_key: bool,
) -> str:
    """Groups of inputs, and a button; ``chosen`` goes along."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value, quote=True)}">'
        for name, value in chosen.items()
    )
    inputs = "".join(field_set(title, fields, sent.fields) for title, fields in groups.items())
    return (
        f'<form method="post" action="{escape(to)}">{hidden}{inputs}'
        f"{KEY_FIELD if needs_key else ''}<p><button>{escape(label)}</button></p></form>"
    )


def enter_page(
    benchmark: str, choice: Choice, fields: Sequence[FormField], sent: Sent, needs_key: bool
) -> str:
    here = f"/benchmarks/{benchmark}"
    body = [
        f"{HOME}{link_row([html_link(here, benchmark)])}<h1>Enter an estimator</h1>",
        "<p>It is tuned, confirmed and ranked by itself; its page says how far it is.</p>",
        choice_form([choice], f"{here}/enter"),
        fault_list(sent.faults),
        sending_form(
            f"{here}/enter",
            {f"Settings of {choice.chosen}": fields},
            {choice.name: choice.chosen},
            sent,
            f"Enter {choice.chosen}",
            needs_key,
        ),
    ]
    return html_page(f"Enter {benchmark}", body, scripts=form_scripts(needs_key))


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
        fault_list(sent.faults),
        sending_form(
            "/submit", groups, {one.name: one.chosen for one in choices}, sent, "Submit", needs_key
        ),
    ]
    return html_page("Submit an experiment", body, scripts=form_scripts(needs_key))
