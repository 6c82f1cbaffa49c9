"""What an estimator is called on a board, and what its spec promises: read from the spec."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from analysis.boards.shapes import Declared, Published
from estimators.specs import AnyModel, BuiltIn
from estimators.specs.base import canonical

_estimators: TypeAdapter[Any] = TypeAdapter(BuiltIn)
_models: TypeAdapter[Any] = TypeAdapter(AnyModel)


@lru_cache(maxsize=4_096)
def _known(text: str) -> BaseModel | None:
    """The spec, or None where it is a plug-in's."""
    try:
        spec: BaseModel = _estimators.validate_json(text)
    except ValidationError:
        return None
    return spec


def label(estimator: dict[str, Any], plugins: Mapping[str, Published] = {}) -> str:
    """The name and what differs from the defaults: "muprop, centre + normalise"."""
    spec = _known(canonical(estimator))
    settings = _plug_in(estimator, plugins) if spec is None else _differences(spec)
    return ", ".join([estimator["name"], *settings])


def _differences(spec: BaseModel) -> Iterator[str]:
    for name, field in type(spec).model_fields.items():
        value, words = getattr(spec, name), name.replace("_", " ")
        if name == "name" or value == field.get_default(call_default_factory=True):
            continue
        if isinstance(value, BaseModel):  # a part that differs is told whole
            yield " + ".join(_differences(value)) or f"plain {words}"
        else:
            yield _setting(words, value)


def _setting(words: str, value: Any) -> str:
    if isinstance(value, bool):
        return words if value else f"no {words}"
    return f"{words} {value:g}" if isinstance(value, float | int) else f"{words} {value}"


def _plug_in(estimator: dict[str, Any], plugins: Mapping[str, Published]) -> Iterator[str]:
    """All its settings, where nobody says what the defaults are."""
    known = plugins.get(estimator["name"])
    for name, value in estimator.items():
        if name != "name" and not (
            known and name in known.defaults and known.defaults[name] == value
        ):
            yield _setting(name.replace("_", " "), value)


def declared(
    estimator: dict[str, Any], definition: dict[str, Any], plugins: Mapping[str, Published] = {}
) -> Declared | None:
    """None where the model is not one of ours, or the estimator a plug-in that nobody has
    published, or not at these settings."""
    spec: Any = _known(canonical(estimator))
    try:
        model = _models.validate_python(definition.get("model"))
    except ValidationError:
        return None
    if spec is None:
        known = plugins.get(estimator["name"])
        if known is None or any(
            known.defaults.get(k) != v for k, v in estimator.items() if k != "name"
        ):
            return None
        return Declared(unbiased_for=known.unbiased_for, objective=known.objective)
    promise = spec.declares(model)
    kept = ("unbiased_for", "objective", "forward", "backward")
    return Declared(**{name: getattr(promise, name) for name in kept})
