"""What is wrong with parameters of path, query and header, and what would be right."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo

from service import errors
from service.errors import Fault
from service.faults import closest_name

CHOICE = re.compile(r"'([^']*)'")
SHORT = 40  # characters of a value that is said again


def parameter_error(route: APIRoute, error: RequestValidationError) -> errors.Invalid:
    """Every fault, with what the route says of the parameter."""
    about = dict(described_parameters(route.dependant))
    faults = [_parameter_fault(one, about.get(str(one["loc"][1]))) for one in error.errors()]
    named = ", ".join(sorted({fault.parameter or "" for fault in faults}))
    return errors.Invalid(f"Not valid: {named}.", faults)


def described_parameters(dependant: Dependant) -> Iterator[tuple[str, FieldInfo]]:
    """Those of a function, and of what it depends on."""
    fields = [*dependant.path_params, *dependant.query_params, *dependant.header_params]
    yield from ((field.alias, field.field_info) for field in fields)
    for inner in dependant.dependencies:
        yield from described_parameters(inner)


def _parameter_fault(error: dict[str, Any], about: FieldInfo | None) -> Fault:
    name, kind, value = str(error["loc"][1]), error["type"], error["input"]
    if kind == "missing":
        return Fault("It is missing.", parameter=name, fix=_wanted_text(about))
    if len(error["loc"]) > 2 and isinstance(value, str) and "," in value:
        each = "&".join(f"{name}={one.strip()}" for one in value.split(","))
        return Fault("Several values stand in one.", parameter=name, fix=f"Wanted: {each}.")
    if kind in ("enum", "literal_error"):
        return value_fault(name, value, CHOICE.findall(error["ctx"]["expected"]))
    formed = kind == "string_pattern_mismatch"
    words = "It is not written so" if formed else error["msg"].removeprefix("Value error, ")
    sentence = words[0].upper() + words[1:]
    return Fault(f"{sentence}{_echo(value)}.", parameter=name, fix=_wanted_text(about))


def value_fault(name: str, value: Any, names: Sequence[str]) -> Fault:
    """A parameter has a value that is none of these."""
    fix = closest_name(str(value), names)
    return Fault(f"It has no such value{_echo(value)}.", parameter=name, fix=fix)


def _echo(value: Any) -> str:
    """A value said again, where it is short."""
    return f" (got {value!r})" if isinstance(value, str) and len(value) <= SHORT else ""


def _wanted_text(about: FieldInfo | None) -> str | None:
    """What a parameter is, with an example where it has one."""
    if about is None or not about.description:
        return None
    example = f", such as {about.examples[0]}" if about.examples else ""
    return f"Wanted: {about.description}{example}."
