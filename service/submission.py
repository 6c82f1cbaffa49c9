"""What people hand in: an experiment and how to treat it, read strictly, and told what is wrong with it."""

import json
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from estimators.specs.experiment import Experiment

from . import errors
from .faults import faults

SMALLEST: dict[str, Any] = {
    "model": {"name": "structured_prediction"},
    "estimator": {"name": "muprop"},
    "dataset": {"name": "digits"},
}
Label = Annotated[str, Field(max_length=63, pattern=r"^[A-Za-z0-9_./-]*$")]
LabelName = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[A-Za-z0-9_./-]+$")]


class Submission(Experiment):
    """An experiment, and how to treat it."""

    model_config = ConfigDict(title="Submission", json_schema_extra={"examples": [SMALLEST]})

    labels: dict[LabelName, Label] = Field(
        {},
        max_length=16,
        description="yours, for finding jobs again",
        json_schema_extra={"additionalProperties": False},
    )
    priority: int = Field(0, ge=-100, le=100, description="higher goes first")
    queue: Literal["cpu", "gpu"] = "cpu"

    @property
    def experiment(self) -> Experiment:
        return Experiment.model_construct(**{name: getattr(self, name) for name in Experiment.model_fields})


def parse(body: str | bytes) -> Submission:
    """Neither "3" nor true is a number.  Raises Malformed, Refused, Invalid."""
    try:
        value = json.loads(body, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise errors.Malformed(f"{error}.") from None
    try:
        return Submission.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise _told(value, error) from None


def _number(text: str) -> int | float:
    """JSON knows one kind of number: 3.0 is 3."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _told(value: Any, error: ValidationError) -> errors.ServiceError:
    found = error.errors(include_url=False)
    if found[0]["type"] == "json_invalid":  # half a surrogate pair, which Python lets pass
        return errors.Malformed(f"{found[0]['msg']}.")
    listed = faults(Submission, value, found)
    kind = (
        errors.Refused if all(one["type"] in ("refused", "value_error") for one in found) else errors.Invalid
    )
    return kind(f"{listed[0].pointer or 'The body'}: {listed[0].detail}", listed)


def schemas(prefix: str) -> dict[str, Any]:
    """JSON Schemas of a submission and of its parts, by name; references start with ``prefix``.

    A tag that tells alternatives apart is required, though the spec that it names has it by default.
    """
    whole = Submission.model_json_schema(ref_template=prefix + "{model}")
    parts: dict[str, Any] = whole.pop("$defs")
    for part in parts.values():
        tags = [name for name in ("name", "family") if "const" in part.get("properties", {}).get(name, {})]
        if tags:
            part["required"] = sorted({*part.get("required", []), *tags})
    return {**parts, "Submission": whole}
