"""What can be asked for: estimators, models and datasets, as their specs describe them."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import to_jsonable_python

from analysis.records.phrases import cost_text
from estimators.specs import ESTIMATORS
from estimators.specs.base import Declaration, Estimator, Spec
from estimators.specs.certificates import Certificate, load_certificates
from estimators.specs.datasets import DATASETS, Dataset
from estimators.specs.models import MODELS, Gaussian, Model

VARIANTS: list[dict[str, Any]] = [{}, {"bound": 5}, {"layers": (Gaussian(n=64),)}]
LINKS = {
    "arXiv": "https://arxiv.org/abs/",
    "doi": "https://doi.org/",
    "openreview": "https://openreview.net/forum?id=",
}
BOUNDS = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}


class Parameter(BaseModel):
    """A field that one may set; a dot leads into a nested one."""

    name: str
    type: str
    default: Any = None
    bounds: str = ""
    description: str = ""


class Entry(BaseModel):
    """What is true of everything in the catalogue."""

    name: str
    title: str = Field(description="an estimator's paper; what a model or a dataset is")
    parameters: list[Parameter]
    json_schema: dict[str, Any]


class Cost(BaseModel):
    """Evaluations of the cost per example and step, on a reference model."""

    model: dict[str, Any]
    forward: float
    backward: float

    @property
    def text(self) -> str:
        return cost_text(self.forward, self.backward)


class Origin(BaseModel):
    """Where an estimator of another package comes from."""

    version: str = Field(description="of the package")
    code: str = Field(
        description="digest of what it was built from: a certificate and a run say the same"
    )


class EstimatorEntry(Entry):
    """An estimator with its default settings.  The title is its paper."""

    links: list[str] = Field([], description="to the papers")
    unbiased_for: str = Field(
        description="the declared property: the costs for which its expectation is the gradient"
    )
    objective: str
    families: list[str]
    autoregressive: bool
    weighs_log_q: bool = Field(
        False, description="whether it differentiates log q itself: no KL in closed form then"
    )
    dreams: bool
    cost: Cost
    kept: bool | None = Field(
        description="whether its certificates say that it keeps what it declares; null: it has none"
    )
    plugin: Origin | None = None


class EstimatorDetail(EstimatorEntry):
    """And what the oracle found, for every certified setting."""

    certificates: list[Certificate]


class ModelEntry(Entry):
    layers: list[dict[str, Any]]
    task: str
    dreams: bool


class DatasetEntry(Entry):
    pixels: int
    split: dict[str, int] = Field(description="images to train, to validate and to test on")
    tasks: list[str]
    source: str


def estimator_entries() -> list[EstimatorEntry]:
    """The built-in ones."""
    return [EstimatorEntry(**vars(estimator_detail(name))) for name in sorted(ESTIMATORS)]


def model_entries() -> list[ModelEntry]:
    return [model_entry(name) for name in sorted(MODELS)]


def dataset_entries() -> list[DatasetEntry]:
    return [dataset_entry(name) for name in sorted(DATASETS)]


def estimator_detail(name: str) -> EstimatorDetail:
    """A built-in one.  Raises KeyError."""
    spec = ESTIMATORS[name].model_validate({})
    return describe_estimator(spec, estimator_certificates()[name])


def describe_estimator(
    spec: Estimator, certificates: list[Certificate], plugin: Origin | None = None
) -> EstimatorDetail:
    """What there is to say of an estimator at its default settings."""
    on, declared = reference_model(spec)
    entry = entry_fields(spec)
    return EstimatorDetail(
        **entry,
        links=paper_links(entry["title"]),
        unbiased_for=declared.unbiased_for,
        objective=declared.objective,
        families=list(declared.families),
        autoregressive=spec.autoregressive,
        weighs_log_q=spec.weighs_log_q,
        dreams=spec.dreams,
        cost=Cost(
            model=on.model_dump(mode="json"), forward=declared.forward, backward=declared.backward
        ),
        kept=all(one.kept for one in certificates) if certificates else None,
        plugin=plugin,
        certificates=certificates,
    )


def paper_links(citation: str) -> list[str]:
    """Of what a citation names as arXiv:NUMBER, doi:NAME or openreview:NAME."""
    named = re.findall(r"\b(arXiv|doi|openreview):\s?([\w./()-]*\w)", citation)
    return [LINKS[kind] + name for kind, name in named]


@cache
def estimator_certificates() -> dict[str, list[Certificate]]:
    return load_certificates()


def reference_model(spec: Estimator) -> tuple[Model, Declaration]:
    """The first model that the estimator serves, and what it declares there: the defaults of every
    model, then with a bound of 5 samples, then with Gaussian units."""
    served = next(model for model in model_variants() if spec.refuses(model) is None)
    return served, spec.declares(served)


def model_variants() -> Iterator[Model]:
    for variant in VARIANTS:
        for kind in MODELS.values():
            # A model need not know every variant.
            with suppress(ValidationError):
                yield kind.model_validate(variant)


def model_entry(name: str) -> ModelEntry:
    """Raises KeyError."""
    spec = MODELS[name].model_validate({})
    layers = [layer.model_dump(mode="json") for layer in spec.layers]
    return ModelEntry(**entry_fields(spec), layers=layers, task=spec.task, dreams=spec.dreams)


def dataset_entry(name: str) -> DatasetEntry:
    """Raises KeyError."""
    spec = DATASETS[name].model_validate({})
    parts = ("train", "validation", "test") if spec.sizes else ()
    split = dict(zip(parts, spec.sizes, strict=True))
    about: dict[str, Any] = {"pixels": spec.pixels, "split": split, "tasks": list(spec.tasks)}
    return DatasetEntry(**entry_fields(spec), **about, source=spec.source)


def entry_fields(spec: Estimator | Model | Dataset) -> dict[str, Any]:
    schema = type(spec).model_json_schema()
    title = " ".join((type(spec).__doc__ or "").split())
    return {
        "name": spec.name,
        "title": title,
        "parameters": list(list_parameters(spec, schema)),
        "json_schema": schema,
    }


def list_parameters(spec: Spec, schema: dict[str, Any]) -> list[Parameter]:
    """The fields of a spec but its name, those of nested specs after a dot."""
    parameters: list[Parameter] = []
    for name, field in schema["properties"].items():
        value = getattr(spec, name)
        if isinstance(value, Spec):
            nested = type(value).model_json_schema()
            parameters += [
                inner.model_copy(update={"name": f"{name}.{inner.name}"})
                for inner in list_parameters(value, nested)
            ]
        elif name != "name":
            parameters.append(describe_parameter(name, field, to_jsonable_python(value)))
    return parameters


def describe_parameter(name: str, field: dict[str, Any], default: Any) -> Parameter:
    bounds = ", ".join(f"{sign} {field[key]:g}" for key, sign in BOUNDS.items() if key in field)
    kind = field.get("type") or " or ".join(
        option.get("type", "object") for option in field.get("anyOf", [])
    )
    return Parameter(
        name=name,
        type=kind,
        default=default,
        bounds=bounds,
        description=field.get("description", ""),
    )
