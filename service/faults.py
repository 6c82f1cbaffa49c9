"""From pydantic's errors to faults that name the field by a JSON pointer and say what would be
right."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from .errors import Fault

MOST = 20  # faults told of one request
TAGS = ("name", "family")  # the discriminators of our unions
Loc = Sequence[int | str]


def list_faults(model: type[BaseModel], body: Any, details: Sequence[ErrorDetails]) -> list[Fault]:
    """What is wrong with a body that should have been a ``model``.

    Of alternatives that all failed, those are told that the value's type fits.
    """
    by_pointer: dict[str, list[tuple[ErrorDetails, Fault]]] = {}
    for error in details:
        if _is_consequence(error):
            continue
        fault = _error_fault(model, body, error)
        by_pointer.setdefault(fault.pointer or "", []).append((error, fault))
    likely = [
        fault
        for pointer, group in by_pointer.items()
        for fault in _likely_faults(pointer, group, by_pointer)
    ]
    return likely[:MOST]


def _likely_faults(
    pointer: str, group: list[tuple[ErrorDetails, Fault]], pointers: Iterable[str]
) -> Iterable[Fault]:
    """Without the alternatives that the value is not even of the type of, where another one fits
    better."""
    fitting = [fault for error, fault in group if not error["type"].endswith("_type")]
    deeper = any(position.startswith(pointer + "/") for position in pointers)
    return dict.fromkeys(fitting if fitting or deeper else [fault for _, fault in group])


def _is_consequence(error: ErrorDetails) -> bool:
    """Whether a list counts as short only because its items are wrong, which is told already."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _error_fault(model: type[BaseModel], body: Any, error: ErrorDetails) -> Fault:
    loc, kind, context = error["loc"], error["type"], error.get("ctx", {})
    path = _body_path(body, loc, missing=kind == "missing")
    last = str(loc[-1]) if loc else ""
    if kind == "refused":
        return Fault(error["msg"], context["field"], fix=context["fix"] or None)
    if kind == "extra_forbidden":
        return Fault(
            f"There is no field {last} here.",
            json_pointer(path),
            fix=closest_name(last, _field_names(model, loc[:-1])),
        )
    if kind == "missing":
        return Fault(
            f"{last} is missing.",
            json_pointer(path),
            fix=known_names(_alternative_names(model, loc)),
        )
    if kind.startswith("union_tag"):
        return _of_tag(model, error, path)
    return Fault(_error_sentence(error), json_pointer(path), fix=_object_fix(error))


def _of_tag(model: type[BaseModel], error: ErrorDetails, path: list[int | str]) -> Fault:
    """Of alternatives that a tag tells apart, none fits."""
    loc, context = error["loc"], error["ctx"]
    tag, names = context["discriminator"].strip("'"), _alternative_names(model, loc)
    if error["type"] == "union_tag_not_found":
        return Fault(f"{tag} is missing.", json_pointer([*path, tag]), fix=known_names(names))
    what = path[-1] if path and isinstance(path[-1], str) else tag
    tagged = str(context["tag"])
    return Fault(
        f"{what} {tagged!r} is not known.",
        json_pointer([*path, tag]),
        fix=closest_name(tagged, names),
    )


def _error_sentence(error: ErrorDetails) -> str:
    """What pydantic says, and the value where it is short."""
    if error["type"] == "too_long":
        return f"{error['ctx']['actual_length']:,} items; {error['ctx']['max_length']:,} at most."
    value = repr(error["input"])
    return error["msg"].removeprefix("Value error, ") + (
        f" (got {value})." if len(value) <= 40 else "."
    )


def _object_fix(error: ErrorDetails) -> str | None:
    """A name alone stands where an object is wanted."""
    wanted = error["type"].startswith("model") or error["type"] == "dict_type"
    bare = wanted and isinstance(error["input"], str)
    return f'{{"name": "{error["input"]}"}}' if bare else None


def closest_name(name: str, names: Sequence[str]) -> str | None:
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"Did you mean {close[0]}? {known_names(names)}" if close else known_names(names)


def known_names(names: Sequence[str]) -> str | None:
    return f"Known: {', '.join(sorted(names))}." if names else None


def _body_path(body: Any, loc: Loc, missing: bool) -> list[int | str]:
    """The steps of ``loc`` that are in the body: pydantic adds tags and alternatives of unions."""
    path: list[int | str] = []
    for position, step in enumerate(loc):
        last = missing and position == len(loc) - 1
        if isinstance(body, dict) and step in body and step not in _body_tags(body):
            body = body[step]
        elif isinstance(body, list) and isinstance(step, int) and step < len(body):
            body = body[step]
        elif not last:
            continue
        path.append(step)
    return path


def _body_tags(body: dict[str, Any]) -> list[Any]:
    return [body[tag] for tag in TAGS if tag in body]


def json_pointer(path: Loc) -> str:
    """RFC 6901"""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _annotated_models(annotation: Any) -> list[type[BaseModel]]:
    """The models in an annotation, in unions and tuples too."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _annotated_models(part)]


def _models_under(model: type[BaseModel], loc: Loc) -> list[type[BaseModel]]:
    """The models that may stand at a place."""
    models = [model]
    for step in loc:
        tagged = [one for one in models if step in _tag_defaults(one)]
        fields = [
            one.model_fields[step]
            for one in models
            if isinstance(step, str) and step in one.model_fields
        ]
        if tagged:
            models = tagged
        elif fields:
            models = [inner for field in fields for inner in _annotated_models(field.annotation)]
    return models


def _tag_defaults(model: type[BaseModel]) -> list[Any]:
    tags = [model.model_fields[tag] for tag in TAGS if tag in model.model_fields]
    return [tag.default for tag in tags if not tag.is_required()]


def _field_names(model: type[BaseModel], loc: Loc) -> list[str]:
    return sorted({name for one in _models_under(model, loc) for name in one.model_fields})


def _alternative_names(model: type[BaseModel], loc: Loc) -> list[str]:
    """The tags of the alternatives at a place."""
    return [str(name) for one in _models_under(model, loc) for name in _tag_defaults(one)]
