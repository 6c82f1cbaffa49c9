"""What people hand in: an experiment or a probe, and how to treat it: read strictly, and faults
named."""

import json
from collections import Counter
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from estimators.specs.base import Spec
from estimators.specs.experiment import Experiment, refused_field, who_serves
from estimators.specs.probe import Probe
from estimators.specs.training import Evaluation, Step

from . import errors
from .faults import list_faults

SMALLEST: dict[str, Any] = {
    "model": {"name": "structured_prediction"},
    "estimator": {"name": "muprop"},
    "dataset": {"name": "digits"},
}
SMALLEST_PROBE: dict[str, Any] = {
    "kind": "probe",
    "model": {"name": "structured_prediction"},
    "dataset": {"name": "digits"},
}
MOST = 1_000_000_000  # gradients of a minibatch in a probe
# Of each part, that evaluations on the way take where nothing is said of them; and more than which
# there have to be.
FEW_EXAMPLES, MANY_EXAMPLES = 200, 500
Label = Annotated[str, Field(max_length=63, pattern=r"^[A-Za-z0-9_./-]*$")]
LabelName = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[A-Za-z0-9_./-]+$")]


class Treatment(Spec):
    """How to treat a job."""

    labels: dict[LabelName, Label] = Field(
        {},
        max_length=16,
        description="yours, for finding jobs again",
        json_schema_extra={"additionalProperties": False},
    )
    priority: int = Field(0, ge=-100, le=100, description="higher goes first")
    queue: Literal["cpu", "gpu"] = "cpu"
    time_limit: float | None = Field(
        None,
        gt=0,
        le=1e9,
        description="seconds that runs which train together may take, over all attempts; then they "
        "end as timeout",
    )


class Submission(Experiment, Treatment):
    """An experiment, and how to treat it."""

    model_config = ConfigDict(title="Submission", json_schema_extra={"examples": [SMALLEST]})

    kind: Literal["train"] = "train"

    @property
    def experiment(self) -> Experiment:
        return Experiment.model_construct(
            **{name: getattr(self, name) for name in Experiment.model_fields}
        )


class Checkpoint(Spec):
    """Of a run that is completed."""

    run: UUID
    step: Step | None = Field(
        None, description="where the checkpoint is; the last one's, if not said"
    )


class ProbeSubmission(Probe, Treatment):
    """A probe, and how to treat it."""

    model_config = ConfigDict(
        title="ProbeSubmission", json_schema_extra={"examples": [SMALLEST_PROBE]}
    )

    kind: Literal["probe"]
    parameters: Checkpoint | None = Field(
        None,
        description="those of a run, in place of a trajectory's: model, dataset, trained_by, "
        "training, seed and at are then the run's, and may be left out",
    )

    @model_validator(mode="after")
    def _can_be_done(self) -> "ProbeSubmission":
        for number, each in enumerate(() if self.estimators == "all" else self.estimators):
            if reason := each.refuses(self.model):
                raise refused_field(f"/estimators/{number}", reason, who_serves(self.model))
        if self.steps > MOST:
            raise refused_field(
                "/draws",
                f"{self.steps:,} gradients of a minibatch; a probe takes {MOST:,} at most.",
            )
        return self

    @property
    def probe(self) -> Probe:
        return Probe.model_construct(**{name: getattr(self, name) for name in Probe.model_fields})


Handed = TypeVar("Handed", bound=Spec)
AnySubmission = Submission | ProbeSubmission
KINDS: dict[str, type[AnySubmission]] = {"train": Submission, "probe": ProbeSubmission}


def parse_body(body: str | bytes) -> Any:
    """The value of a body, in which no object names a field twice.  Raises Malformed."""
    try:
        value = json.loads(body, parse_float=_json_number, object_pairs_hook=_json_object)
    except (ValueError, RecursionError) as error:
        raise errors.Malformed(f"{error}.") from None
    return value


def parse_submission(value: Any) -> AnySubmission:
    """Neither "3" nor true is a number.  Raises Malformed, Refused, Invalid."""
    handed = validate_strictly(KINDS.get(_body_kind(value), Submission), value)
    if isinstance(handed, Submission) and "evaluation" not in handed.model_fields_set:
        return with_short_looks(handed)
    return handed


def with_short_looks(submission: Submission) -> Submission:
    """Of one that says nothing of evaluation: on data with more examples, a few on the way, and all
    of them at the end, which stays a whole evaluation when the job is extended."""
    if max(submission.dataset.sizes[1:], default=0) <= MANY_EXAMPLES:
        return submission
    last = submission.training.steps
    short = Evaluation(interim_examples=FEW_EXAMPLES, full_at=(last,))
    return submission.model_copy(update={"evaluation": short})


def validate_strictly(model: type[Handed], value: Any) -> Handed:
    """A value as one of these.  Raises Malformed, Refused, Invalid."""
    try:
        return model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise _validation_error(model, value, error) from None


def _body_kind(value: Any) -> str:
    return str(value.get("kind")) if isinstance(value, dict) else ""


def _json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of a field that stands twice, nobody can say which one is meant."""
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    counts = Counter(name for name, _ in pairs)
    raise ValueError(f"The field {counts.most_common(1)[0][0]} stands in one object twice")


def _json_number(text: str) -> int | float:
    """JSON knows one kind of number: 3.0 is 3."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _validation_error(
    model: type[BaseModel], value: Any, error: ValidationError
) -> errors.ServiceError:
    details = error.errors(include_url=False)
    if details[0]["type"] == "json_invalid":  # half a surrogate pair, which Python lets pass
        return errors.Malformed(f"{details[0]['msg']}.")
    listed = list_faults(model, value, details)
    kind = (
        errors.Refused
        if all(one["type"] in ("refused", "value_error") for one in details)
        else errors.Invalid
    )
    return kind(f"{listed[0].pointer or 'The body'}: {listed[0].detail}", listed)


def submission_schemas(prefix: str) -> dict[str, Any]:
    """JSON Schemas of what may be submitted and of its parts, by name; references start with
    ``prefix``.

    A tag that tells alternatives apart is required, though the spec that it names has it by
    default.
    """
    whole = TypeAdapter(AnySubmission).json_schema(ref_template=prefix + "{model}")
    parts: dict[str, Any] = whole.pop("$defs")
    for part in parts.values():
        tags = [
            name
            for name in ("name", "family")
            if "const" in part.get("properties", {}).get(name, {})
        ]
        if tags:
            part["required"] = sorted({*part.get("required", []), *tags})
    return {**parts, "AnySubmission": whole}
