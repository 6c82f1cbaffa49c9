"""Inputs of a form from a JSON Schema, and the values that they send back.

Browsers check bounds and types as somebody types; the service checks all of it again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, NamedTuple

Schema = Mapping[str, Any]
LIMITS = {"minimum": "min", "exclusiveMinimum": "min", "maximum": "max", "exclusiveMaximum": "max"}
SWITCH = {"true": "on", "false": "off"}


class FormField(NamedTuple):
    """One input; ``name`` leads by dots into nested objects."""

    name: str
    # number, integer, choice, or json for whatever is written as JSON
    kind: str
    default: Any
    description: str = ""
    limits: Mapping[str, float] = {}
    # by what is sent: what is read
    choices: Mapping[str, str] = {}


def schema_fields(
    schema: Schema, prefix: str = "", values: Mapping[str, Any] | None = None
) -> list[FormField]:
    """Those of an object's schema; ``values``: its defaults, where the schema has none."""
    return list(_object_fields(schema, schema.get("$defs", {}), prefix, values or {}))


def _object_fields(
    schema: Schema, parts: Schema, prefix: str, values: Mapping[str, Any]
) -> Iterator[FormField]:
    for name, field in schema.get("properties", {}).items():
        if "const" in field:
            continue
        whole = {**parts.get(_part_name(field), {}), **field}
        default = values.get(name, whole.get("default"))
        if "properties" in whole:
            inner = default if isinstance(default, Mapping) else {}
            yield from _object_fields(whole, parts, f"{prefix}{name}.", inner)
        else:
            yield _form_field(f"{prefix}{name}", whole, default)


def _part_name(field: Schema) -> str:
    return str(field.get("$ref", "")).rpartition("/")[2]


def _form_field(name: str, schema: Schema, default: Any) -> FormField:
    about = schema.get("description", "")
    limits = {LIMITS[key]: schema[key] for key in LIMITS if key in schema}
    if schema.get("type") == "boolean":
        return FormField(name, "choice", default, about, choices=SWITCH)
    if "enum" in schema:
        choices = {json.dumps(one): str(one).replace("_", " ") for one in schema["enum"]}
        return FormField(name, "choice", default, about, choices=choices)
    kind = schema.get("type")
    return FormField(
        name, kind if kind in ("number", "integer") else "json", default, about, limits
    )


def field_input(field: FormField, sent: str | None = None) -> str:
    """The input with its label; ``sent``: what stood there before."""
    default = "" if field.default is None else json.dumps(field.default)
    text = default if sent is None else sent
    name = escape(field.name, quote=True)
    note = f'<span class="note">{escape(field.description)}</span>' if field.description else ""
    words = escape(field.name.rpartition(".")[2].replace("_", " "))
    return f'<p class="field"><label for="{name}">{words}</label>{_control(field, text)}{note}</p>'


def _control(field: FormField, text: str) -> str:
    name = f'id="{escape(field.name, quote=True)}" name="{escape(field.name, quote=True)}"'
    if field.kind == "choice":
        options = (
            f'<option value="{escape(choice, quote=True)}"'
            f"{' selected' if choice == text else ''}>{escape(words)}</option>"
            for choice, words in field.choices.items()
        )
        return f"<select {name}>{''.join(options)}</select>"
    value = f'value="{escape(text, quote=True)}"'
    if field.kind == "json":
        empty = ' placeholder="none"' if field.default is None else ""
        return f"<input {name} {value}{empty} spellcheck=false>"
    limits = "".join(f' {limit}="{bound:g}"' for limit, bound in field.limits.items())
    step = "1" if field.kind == "integer" else "any"
    return f'<input type="number" step="{step}"{limits} required {name} {value}>'


def field_set(title: str, fields: Iterable[FormField], sent: Mapping[str, str]) -> str:
    """Some inputs under a title; empty where there are none."""
    inputs = "".join(field_input(field, sent.get(field.name)) for field in fields)
    return f"<fieldset><legend>{escape(title)}</legend>{inputs}</fieldset>" if inputs else ""


def sent_object(fields: Iterable[FormField], sent: Mapping[str, str]) -> dict[str, Any]:
    """The nested object that a form says, with what differs from the defaults; text that is no JSON
    stays text, so that the service names it."""
    value: dict[str, Any] = {}
    for field in fields:
        text = sent.get(field.name)
        if text is None or (read := read_text(text)) == field.default:
            continue
        *path, last = field.name.split(".")
        home = value
        for part in path:
            home = home.setdefault(part, {})
        home[last] = read
    return value


def read_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
