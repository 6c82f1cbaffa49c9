"""Estimators of other packages: the API knows what workers published of them, and imports none."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from sqlalchemy.orm import Session

from estimators.specs import Model, Plugin
from estimators.specs.base import Estimator
from estimators.specs.certificates import Certificate

from . import errors
from .catalogue import EstimatorDetail
from .errors import Fault
from .faults import MOST, closest_name, json_pointer, known_names
from .store import models, registry
from .submission import AnySubmission, ProbeSubmission


def plugin_details(session: Session) -> list[EstimatorDetail]:
    """Each plug-in as it was published last, by name."""
    newest: dict[str, models.Plugin] = {}
    for row in registry.plugin_versions(session):
        newest.setdefault(row.name, row)
    return [_entry(newest[name]) for name in sorted(newest)]


def plugin_detail(session: Session, name: str) -> EstimatorDetail:
    """Raises KeyError."""
    if not (found := registry.plugin_versions(session, name)):
        raise KeyError(name)
    return _entry(found[0])


def _entry(row: models.Plugin) -> EstimatorDetail:
    return EstimatorDetail.model_validate(row.meta | {"json_schema": row.schema})


def renamed_detail(name: str, entry: EstimatorDetail) -> EstimatorDetail:
    """An entry under the name that specs give it, in its schema too."""
    schema = entry.json_schema | {
        "required": sorted({"name", *entry.json_schema.get("required", [])})
    }
    schema["properties"] = schema["properties"] | {"name": {"const": name, "type": "string"}}
    return entry.model_copy(update={"name": name, "json_schema": schema})


def publish_detail(session: Session, entry: EstimatorDetail) -> None:
    """What a worker says of a plug-in that it has."""
    assert entry.plugin
    meta = entry.model_dump(mode="json", exclude={"json_schema"})
    registry.publish_plugin(
        session, entry.name, entry.plugin.version, entry.plugin.code, entry.json_schema, meta
    )


def code_certificates(session: Session, entry: EstimatorDetail) -> list[Certificate]:
    """Those of the code that an entry is of, of whatever version."""
    assert entry.plugin
    for row in registry.plugin_versions(session, entry.name):
        if row.code_hash == entry.plugin.code and (found := _entry(row).certificates):
            return found
    return []


def names_plugin(given: AnySubmission) -> bool:
    """Whether it names an estimator of another package."""
    return any(isinstance(one, Plugin) for one in _estimators(given).values())


def _estimators(given: AnySubmission) -> dict[tuple[str | int, ...], Any]:
    """Those that a submission names, by place."""
    if not isinstance(given, ProbeSubmission):
        return {("estimator",): given.estimator}
    listed = () if isinstance(given.estimators, str) else given.estimators
    return {("estimators", n): one for n, one in enumerate(listed)} | {
        ("trained_by",): given.trained_by
    }


def admit_plugins(session: Session, given: AnySubmission) -> AnySubmission:
    """A submission with its plug-ins' defaults filled in.

    Raises Refused where no worker has the plug-in or where it does not serve the model, Invalid
    where its settings are not what its schema says.
    """
    known = {one.name: one for one in plugin_details(session)}
    whole = {
        place: admit_plugin(known, one, given.model, place) if isinstance(one, Plugin) else one
        for place, one in _estimators(given).items()
    }
    listed = tuple(one for (field, *place), one in whole.items() if place)
    changed = {str(field): one for (field, *place), one in whole.items() if not place}
    return given.model_copy(update=changed | ({"estimators": listed} if listed else {}))


def admit_plugin(
    known: dict[str, EstimatorDetail], plugin: Plugin, model: Model, place: tuple[str | int, ...]
) -> Plugin:
    """One plug-in with its defaults filled in."""
    at = json_pointer(place)
    if plugin.name not in known:
        raise errors.Refused(
            f"{at}/name: no worker has {plugin.name}.", [_unknown(plugin.name, list(known), at)]
        )
    found = known[plugin.name]
    given = {"name": plugin.name, **plugin.settings}
    if faults := _faults(found.json_schema, given, place):
        raise errors.Invalid(f"{faults[0].pointer}: {faults[0].detail}", faults)
    if reason := Estimator.refuses(cast(Any, found), model):
        raise errors.Refused(f"{at}: {reason}", [Fault(reason, at)])
    return Plugin.model_validate(fill_defaults(found.json_schema, given, found.json_schema))


def _unknown(name: str, known: Sequence[str], at: str) -> Fault:
    fix = closest_name(name, known) or "No worker has published an estimator of another package."
    return Fault(f"No worker has {name}.", f"{at}/name", fix=fix)


def _faults(
    schema: dict[str, Any], given: dict[str, Any], place: tuple[str | int, ...]
) -> list[Fault]:
    from jsonschema import (
        Draft202012Validator,  # here: few submissions want it, every start would load it
    )

    found = Draft202012Validator(schema).iter_errors(given)
    return [fault for error in found for fault in _told(error, place)][:MOST]


def _told(error: Any, at: tuple[str | int, ...]) -> Iterator[Fault]:
    place = [*at, *error.absolute_path]
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for name in [name for name in error.instance if name not in known]:
            yield Fault(
                f"There is no field {name} here.",
                json_pointer([*place, name]),
                fix=closest_name(name, known),
            )
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield from (Fault(f"{name} is missing.", json_pointer([*place, name])) for name in missing)
    else:
        options = error.validator_value if error.validator == "enum" else []
        yield Fault(
            f"{error.message}.", json_pointer(place), fix=known_names([str(one) for one in options])
        )


def fill_defaults(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> Any:
    """A value with the defaults of its schema, and with floats where the schema has numbers: equal
    settings are then one JSON, however they were written."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if isinstance(value, list):
        return [fill_defaults(schema.get("items", {}), one, root) for one in value]
    if not isinstance(value, dict):
        return (
            float(value) if _real(schema) and type(value) is int and abs(value) < 2**53 else value
        )
    parts = schema.get("properties", {})
    whole = {name: part["default"] for name, part in parts.items() if "default" in part}
    return whole | {
        name: fill_defaults(parts.get(name, {}), part, root) for name, part in value.items()
    }


def _real(schema: dict[str, Any]) -> bool:
    kinds = {option.get("type") for option in [schema, *schema.get("anyOf", [])]}
    return "number" in kinds and "integer" not in kinds
