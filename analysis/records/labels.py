"""What an estimator is called on a board, and what its spec promises: read from the spec."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from analysis.records.shapes import Shape
from estimators.specs import AnyModel, BuiltIn
from estimators.specs.base import canonical

_estimators: TypeAdapter[Any] = TypeAdapter(BuiltIn)
_models: TypeAdapter[Any] = TypeAdapter(AnyModel)


UNBIASED = ("all", "all_up_to_scale")
OF_BOUND = ("single", "bound")


class Declared(Shape):
    """What the estimator's spec promises on this model; evaluations are of the cost, per example
    and step. Those of a plug-in are known where it runs only."""

    unbiased_for: str
    objective: str
    forward: float | None = None
    backward: float | None = None

    @property
    def unbiased(self) -> bool:
        """For the gradient of the model's own bound, which is what is measured: wake-sleep is
        unbiased for an objective of its own."""
        return self.unbiased_for in UNBIASED and self.objective in OF_BOUND


class Published(Shape):
    """What a worker said of an estimator of another package."""

    unbiased_for: str = Field(description="at its default settings")
    objective: str
    defaults: dict[str, Any] = Field(description="of its settings")


@lru_cache(maxsize=4_096)
def _built_in_spec(text: str) -> BaseModel | None:
    """The spec, or None where it is a plug-in's."""
    try:
        spec: BaseModel = _estimators.validate_json(text)
    except ValidationError:
        return None
    return spec


@lru_cache(maxsize=256)
def _built_in_model(text: str) -> Any:
    """The model's spec, or None where it is a plug-in's."""
    try:
        return _models.validate_json(text)
    except ValidationError:
        return None


def estimator_label(estimator: dict[str, Any], plugins: Mapping[str, Published] = {}) -> str:
    """The name and what differs from the defaults: "muprop, centre + normalise"."""
    spec = _built_in_spec(canonical(estimator))
    settings = _plugin_settings(estimator, plugins) if spec is None else _changed_settings(spec)
    return ", ".join([estimator["name"], *settings])


def entry_label(estimator: dict[str, Any], candidates: int = 1, is_chosen: bool = True) -> str:
    """An entry's estimator; of one that was chosen among several, of how many."""
    if candidates <= 1:
        return estimator_label(estimator)
    if not is_chosen:
        return f"{estimator['name']}, one of {candidates} settings"
    return f"{estimator_label(estimator)}, best of {candidates} settings"


def label_name(label: str) -> str:
    """The name of the estimator that a label is of."""
    return label.split(",")[0]


def setting_label(setting: Mapping[str, float]) -> str:
    """A point of the grid of training settings: "learning_rate 0.03, momentum 0.9"."""
    return ", ".join(f"{name} {value:g}" for name, value in setting.items())


def _changed_settings(spec: BaseModel) -> Iterator[str]:
    for name, default in _default_settings(type(spec)).items():
        value, words = getattr(spec, name), name.replace("_", " ")
        if name == "name" or value == default:
            continue
        if isinstance(value, BaseModel):  # a part that differs is told whole
            yield " + ".join(_changed_settings(value)) or f"plain {words}"
        else:
            yield _setting_words(words, value)


@cache
def _default_settings(kind: type[BaseModel]) -> dict[str, Any]:
    """By name; pydantic copies them whenever it is asked."""
    fields = kind.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields}


def _setting_words(words: str, value: Any) -> str:
    if isinstance(value, bool):
        return words if value else f"no {words}"
    return f"{words} {value:g}" if isinstance(value, float | int) else f"{words} {value}"


def _plugin_settings(estimator: dict[str, Any], plugins: Mapping[str, Published]) -> Iterator[str]:
    """All its settings, where nobody says what the defaults are."""
    plugin = plugins.get(estimator["name"])
    for name, value in estimator.items():
        if name != "name" and not (
            plugin and name in plugin.defaults and plugin.defaults[name] == value
        ):
            yield _setting_words(name.replace("_", " "), value)


def declared_promise(
    estimator: dict[str, Any], definition: dict[str, Any], plugins: Mapping[str, Published] = {}
) -> Declared | None:
    """None where the model is not one of ours, or the estimator a plug-in that nobody has
    published, or not at these settings."""
    spec: Any = _built_in_spec(canonical(estimator))
    model = _built_in_model(canonical(definition.get("model")))
    if model is None:
        return None
    if spec is None:
        plugin = plugins.get(estimator["name"])
        if plugin is None or any(
            plugin.defaults.get(k) != v for k, v in estimator.items() if k != "name"
        ):
            return None
        return Declared(unbiased_for=plugin.unbiased_for, objective=plugin.objective)
    promise = spec.declares(model)
    fields = ("unbiased_for", "objective", "forward", "backward")
    return Declared(**{name: getattr(promise, name) for name in fields})
