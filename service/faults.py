"""From pydantic's errors to faults that name the field by a JSON pointer and say what would be
right."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from .errors import Fault

# Faults told of one request.
MOST = 20
# The discriminators of our unions.
TAGS = ("name", "family")
Loc = Sequence[int | str]


def list_faults(model: type[BaseModel], body: Any, details: Sequence[ErrorDetails]) -> list[Fault]:
    """What is wrong with a body that should have been a ``model``, up to MOST faults.

    Of alternatives that all failed, those are told that the value's type fits.  The work is linear
    in the number of errors: only those that are told are put into words.
    """
    by_pointer: dict[str, list[ErrorDetails]] = {}
    for error in details:
        if not _is_consequence(error):
            by_pointer.setdefault(_error_pointer(body, error), []).append(error)
    outer = {prefix for pointer in by_pointer for prefix in _pointer_prefixes(pointer)}
    faults: dict[Fault, None] = {}
    for pointer, group in by_pointer.items():
        for error in _likely_errors(group, pointer in outer):
            faults[_error_fault(model, body, error, pointer)] = None
            if len(faults) == MOST:
                return list(faults)
    return list(faults)


def _likely_errors(group: list[ErrorDetails], has_inner: bool) -> list[ErrorDetails]:
    """Without the alternatives that the value is not even of the type of, where another one fits
    better."""
    fitting = [error for error in group if not error["type"].endswith("_type")]
    return fitting if fitting or has_inner else group


def _pointer_prefixes(pointer: str) -> Iterator[str]:
    """The pointers to what this one is inside of."""
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


def _is_consequence(error: ErrorDetails) -> bool:
    """Whether a list counts as short only because its items are wrong, which is told already."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _error_pointer(body: Any, error: ErrorDetails) -> str:
    """Where in the body an error is."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "refused":
        return str(context["field"])
    path = _body_path(body, error["loc"], missing=kind == "missing")
    tag = [context["discriminator"].strip("'")] if kind.startswith("union_tag") else []
    return json_pointer([*path, *tag])


def _error_fault(model: type[BaseModel], body: Any, error: ErrorDetails, pointer: str) -> Fault:
    loc, kind = error["loc"], error["type"]
    last = str(loc[-1]) if loc else ""
    if kind == "refused":
        return Fault(error["msg"], pointer, fix=error["ctx"]["fix"] or None)
    if kind == "extra_forbidden":
        fix = closest_name(last, _field_names(model, loc[:-1]))
        return Fault(f"There is no field {last} here.", pointer, fix=fix)
    if kind == "missing":
        return Fault(
            f"{last} is missing.", pointer, fix=known_names(_alternative_names(model, loc))
        )
    if kind.startswith("union_tag"):
        return _tag_fault(model, body, error, pointer)
    return Fault(_error_sentence(error), pointer, fix=_object_fix(error))


def _tag_fault(model: type[BaseModel], body: Any, error: ErrorDetails, pointer: str) -> Fault:
    """Of alternatives that a tag tells apart, none fits."""
    loc, context = error["loc"], error["ctx"]
    tag, names = context["discriminator"].strip("'"), _alternative_names(model, loc)
    if error["type"] == "union_tag_not_found":
        return Fault(f"{tag} is missing.", pointer, fix=known_names(names))
    path = _body_path(body, loc, missing=False)
    what = path[-1] if path and isinstance(path[-1], str) else tag
    tagged = str(context["tag"])
    return Fault(f"{what} {tagged!r} is not known.", pointer, fix=closest_name(tagged, names))


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
