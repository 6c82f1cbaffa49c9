"""Forms of pages.  They work without a script; what is sent is checked by the service."""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from analysis.pages.html import Markup

KEY_FIELD = '<label>API key <input type="password" name="key" autocomplete="off" required></label>'


def action_form(to: str, label: str, needs_key: bool, danger: bool = False) -> Markup:
    """A button that asks for a change."""
    look = ' class="danger"' if danger else ""
    key = KEY_FIELD if needs_key else ""
    return Markup(
        f'<form class="action" method="post" action="{escape(to, quote=True)}">{key}'
        f"<button{look}>{escape(label)}</button></form>"
    )


class NumberForm(NamedTuple):
    """A change that wants a number: where it is sent, the number's name and what it is called,
    the button's words, the least that makes sense, and what stands there first."""

    to: str
    name: str
    label: str
    words: str
    least: int
    usual: int


def number_form(one: NumberForm, needs_key: bool) -> Markup:
    """A number, and a button that asks for a change by it."""
    key = KEY_FIELD if needs_key else ""
    return Markup(
        f'<form class="action" method="post" action="{escape(one.to, quote=True)}">{key}'
        f'<label>{escape(one.label)} <input type="number" name="{one.name}" min="{one.least}" '
        f'value="{one.usual}" required></label> <button>{escape(one.words)}</button></form>'
    )


def fault_list(faults: Iterable[tuple[str, str, str]]) -> str:
    """What is wrong with what was sent: where, what, and what would be right."""
    lines = [
        f"<li><code>{escape(where)}</code> {escape(what)} {escape(fix)}</li>"
        for where, what, fix in faults
    ]
    return f'<div class="failure" role="alert"><ul>{"".join(lines)}</ul></div>' if lines else ""


def form_scripts(needs_key: bool) -> tuple[str, ...]:
    """Those that a page with forms wants."""
    return ("forms.js",) if needs_key else ()
