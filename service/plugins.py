"""Estimators of other packages: the API knows what workers published of them, and imports none."""

from collections.abc import Iterator, Sequence
from itertools import islice
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
    return [_row_detail(newest[name]) for name in sorted(newest)]


def plugin_detail(session: Session, name: str) -> EstimatorDetail:
    """Raises KeyError."""
    if not (published := registry.plugin_versions(session, name)):
        raise KeyError(name)
    return _row_detail(published[0])


def _row_detail(row: models.Plugin) -> EstimatorDetail:
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
        if row.code_hash == entry.plugin.code and (published := _row_detail(row).certificates):
            return published
    return []


def names_plugin(submission: AnySubmission) -> bool:
    """Whether it names an estimator of another package."""
    return any(isinstance(one, Plugin) for one in _submitted_estimators(submission).values())


def _submitted_estimators(submission: AnySubmission) -> dict[tuple[str | int, ...], Any]:
    """Those that a submission names, by place."""
    if not isinstance(submission, ProbeSubmission):
        return {("estimator",): submission.estimator}
    listed = () if isinstance(submission.estimators, str) else submission.estimators
    return {("estimators", n): one for n, one in enumerate(listed)} | {
        ("trained_by",): submission.trained_by
    }


def admit_plugins(session: Session, submission: AnySubmission) -> AnySubmission:
    """A submission with its plug-ins' defaults filled in.

    Raises Refused where no worker has the plug-in or where it does not serve the model, Invalid
    where its settings are not what its schema says.
    """
    details = {one.name: one for one in plugin_details(session)}
    whole = {
        path: admit_plugin(details, one, submission.model, path) if isinstance(one, Plugin) else one
        for path, one in _submitted_estimators(submission).items()
    }
    listed = tuple(one for (field, *path), one in whole.items() if path)
    changed = {str(field): one for (field, *path), one in whole.items() if not path}
    return submission.model_copy(update=changed | ({"estimators": listed} if listed else {}))


def admit_plugin(
    details: dict[str, EstimatorDetail], plugin: Plugin, model: Model, path: tuple[str | int, ...]
) -> Plugin:
    """One plug-in with its defaults filled in."""
    pointer = json_pointer(path)
    if plugin.name not in details:
        raise errors.Refused(
            f"{pointer}/name: no worker has {plugin.name}.",
            [_unknown_plugin(plugin.name, list(details), pointer)],
        )
    published = details[plugin.name]
    settings = {"name": plugin.name, **plugin.settings}
    if faults := _settings_faults(published.json_schema, settings, path):
        raise errors.Invalid(f"{faults[0].pointer}: {faults[0].detail}", faults)
    if reason := Estimator.refuses(cast(Any, published), model):
        raise errors.Refused(f"{pointer}: {reason}", [Fault(reason, pointer)])
    return Plugin.model_validate(
        fill_defaults(published.json_schema, settings, published.json_schema)
    )


def _unknown_plugin(name: str, names: Sequence[str], pointer: str) -> Fault:
    fix = closest_name(name, names) or "No worker has published an estimator of another package."
    return Fault(f"No worker has {name}.", f"{pointer}/name", fix=fix)


def _settings_faults(
    schema: dict[str, Any], settings: dict[str, Any], path: tuple[str | int, ...]
) -> list[Fault]:
    from jsonschema import (
        Draft202012Validator,  # here: few submissions want it, every start would load it
    )

    violations = Draft202012Validator(schema).iter_errors(settings)
    faults = (fault for error in violations for fault in _schema_faults(error, path))
    return list(islice(faults, MOST))


def _schema_faults(error: Any, parent: tuple[str | int, ...]) -> Iterator[Fault]:
    path = [*parent, *error.absolute_path]
    if error.validator == "additionalProperties":
        details = list(error.schema.get("properties", {}))
        for name in (name for name in error.instance if name not in details):
            yield Fault(
                f"There is no field {name} here.",
                json_pointer([*path, name]),
                fix=closest_name(name, details),
            )
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield from (Fault(f"{name} is missing.", json_pointer([*path, name])) for name in missing)
    else:
        options = error.validator_value if error.validator == "enum" else []
        yield Fault(
            f"{error.message}.", json_pointer(path), fix=known_names([str(one) for one in options])
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
            float(value)
            if _is_real(schema) and type(value) is int and abs(value) < 2**53
            else value
        )
    parts = schema.get("properties", {})
    whole = {name: part["default"] for name, part in parts.items() if "default" in part}
    return whole | {
        name: fill_defaults(parts.get(name, {}), part, root) for name, part in value.items()
    }


def _is_real(schema: dict[str, Any]) -> bool:
    kinds = {option.get("type") for option in [schema, *schema.get("anyOf", [])]}
    return "number" in kinds and "integer" not in kinds
