"""An experiment out of options: ``submit --estimator muprop --seeds 5 --rates 0.01,0.03``."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from estimators.specs import ESTIMATORS
from estimators.specs.datasets import DATASETS
from estimators.specs.models import MODELS
from estimators.specs.training import Training
from service.client import Json

from .options import BAD_INPUT, stop

# Where no file says otherwise.
DEFAULTS: Json = {"model": {"name": "structured_prediction"}, "dataset": {"name": "digits"}}
SECTIONS = ("model", "estimator", "dataset", "training", "evaluation", "measurement")
Estimator = Annotated[
    str | None, typer.Option("--estimator", help="Its name, in place of a file's.")
]
Model = Annotated[
    str | None, typer.Option("--model", help="Its name; structured_prediction if not said.")
]
Dataset = Annotated[str | None, typer.Option("--dataset", help="Its name; digits if not said.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="A field of the estimator, or of another part: signal.normalise=true, "
        "training.batch_size=24.  May be repeated.",
    ),
]
Seeds = Annotated[int | None, typer.Option(min=1, help="How many, from 0 on.")]
Rates = Annotated[str | None, typer.Option(help="Learning rates, with commas between.")]
Steps = Annotated[int | None, typer.Option(min=1, help="Of every run.")]


def named_parts(estimator: str | None, model: str | None, dataset: str | None) -> Json:
    """The parts of an experiment that are named."""
    names = {"estimator": estimator, "model": model, "dataset": dataset}
    return {part: {"name": name} for part, name in names.items() if name}


def override(
    body: Json, settings: list[str], seeds: int | None, rates: str | None, steps: int | None
) -> Json:
    """A body with what the options say.  Ends the command where one cannot be read."""
    body = json.loads(json.dumps(body))
    if seeds is not None:
        body["seeds"] = list(range(seeds))
    if rates is not None:
        set_field(body, "training.learning_rate", [number_of(rate) for rate in rates.split(",")])
    if steps is not None:
        set_field(body, "training.steps", steps)
    for setting in settings:
        field, equals, value = setting.partition("=")
        if not equals or not field:
            stop(f"--set {setting} is not FIELD=VALUE.", BAD_INPUT)
        first = field.split(".")[0]
        set_field(body, field if first in SECTIONS else f"estimator.{field}", json_value(value))
    return body


def set_field(body: Json, path: str, value: Any) -> None:
    """Sets a field that dots lead to.  What stands beside it in a part that the body does not have
    yet is as the part's default has it: of a signal that is centred, one field is changed."""
    section, *parents, last = path.split(".") if "." in path else ("", path)
    defaults = part_defaults(section, body)
    for parent in filter(None, [section, *parents]):
        if parent != section:
            defaults = fields_of(defaults.get(parent))
        body = body.setdefault(parent, {} if parent == section else dict(defaults))
        if not isinstance(body, dict):
            stop(f"{path}: {parent} has no fields.", BAD_INPUT)
    body[last] = value


def fields_of(part: Any) -> Json:
    """None of what is no part."""
    return part if isinstance(part, dict) else {}


def part_defaults(section: str, body: Json) -> Json:
    """The fields of a part of an experiment; none of a plug-in's, which are known where it runs."""
    kinds: dict[str, Mapping[str, Any]] = {
        "estimator": ESTIMATORS,
        "model": MODELS,
        "dataset": DATASETS,
    }
    if section == "training":
        return Training().model_dump(mode="json")
    kind = kinds.get(section, {}).get((body.get(section) or {}).get("name", ""))
    return kind().model_dump(mode="json") if kind else {}


def json_value(text: str) -> Any:
    """As JSON reads it; a bare word is a string."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def number_of(text: str) -> float:
    """Ends the command where it is none."""
    try:
        return float(text)
    except ValueError:
        stop(f"--rates: {text!r} is no number; several are written as 0.03,0.1.", BAD_INPUT)
