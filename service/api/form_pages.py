"""Pages with forms: enter an estimator, submit an experiment."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from analysis.pages.enter import LOOK, Choice, Sent, enter_page, submit_page
from analysis.pages.fields import FormField, schema_fields, sent_object
from analysis.pages.progress import duration_text
from analysis.pages.protocol import protocol_facts
from analysis.records.phrases import count_text
from estimators.specs import ESTIMATORS
from estimators.specs.datasets import DATASETS
from estimators.specs.experiment import Experiment
from estimators.specs.models import MODELS
from estimators.specs.protocols import Protocol
from estimators.specs.training import Training
from service import entries, errors, estimates, jobs
from service.entry_trials import OwnTuning
from service.errors import ServiceError
from service.estimates import GIB, Estimate
from service.faults import closest_name
from service.submission import SMALLEST, parse_submission
from service.waiting import submission_warnings

from .benchmarks import Name
from .deps import Asking, Reader, Readers, UnitOfWork
from .forms import Fields, needs_key
from .forms import Sent as SentFields
from .job_pages import see_other
from .pages import html_response

router = APIRouter(include_in_schema=False)
PARTS: dict[str, Mapping[str, type[Any]]] = {
    "model": MODELS,
    "estimator": ESTIMATORS,
    "dataset": DATASETS,
}
NOTHING = Sent({}, ())


def spec_fields(kind: type[Any], prefix: str = "") -> list[FormField]:
    """Inputs of a spec."""
    return schema_fields(kind.model_json_schema(), prefix, kind().model_dump(mode="json"))


def refusal_of(error: ServiceError, fields: Fields) -> Sent:
    """What was sent, and why it was refused."""
    faults = [
        (one.pointer or one.parameter or "", one.detail, one.fix or "") for one in error.faults
    ]
    return Sent(fields, faults or [("", error.detail, "")])


def entrant_choice(protocol: Protocol, name: str) -> Choice:
    """Raises NotFound where it does not serve."""
    names = [one.name for one in protocol.entrants()]
    chosen = name or ("muprop" if "muprop" in names else names[0])
    if chosen not in names:
        raise errors.NotFound(f"{chosen} does not serve here.  {closest_name(chosen, names)}")
    return Choice("estimator", names, chosen)


@router.get("/benchmarks/{name}/enter")
def show_enter(name: Name, session: Reader, request: Request, estimator: str = "") -> Response:
    protocol = entries.find_protocol(session, name)
    choice = entrant_choice(protocol, estimator)
    return html_response(entering_page(protocol, choice, NOTHING, request))


def entering_page(protocol: Protocol, choice: Choice, sent: Sent, request: Request) -> str:
    """The form that enters, with what an entry will train."""
    facts = protocol_facts(protocol)
    some = {name: facts[name] for name in ("training", "tuning", "confirmation")}
    groups = {
        f"Settings of {choice.chosen}": spec_fields(ESTIMATORS[choice.chosen]),
        f"Tuning, within {count_text(protocol.tuning.trials, 'trial')}": own_tuning_fields(),
    }
    return enter_page(protocol.id, some, choice, groups, sent, needs_key(request))


def own_tuning_fields() -> list[FormField]:
    """What an entry may try in place of every rate."""
    return spec_fields(OwnTuning, "tuning.")


@router.post("/benchmarks/{name}/enter")
def press_enter(
    name: Name, sent: SentFields, asking: Asking, work: UnitOfWork, request: Request
) -> Response:
    with work() as session:
        protocol = entries.find_protocol(session, name)
    choice = entrant_choice(protocol, sent.get("estimator", ""))
    fields = spec_fields(ESTIMATORS[choice.chosen])
    try:
        estimator = {"name": choice.chosen, **sent_object(fields, sent)}
        tuning = sent_object(own_tuning_fields(), sent)
        body = entries.parse_entry({"estimator": estimator, **tuning})
        with work() as session:
            entry_id = entries.enter(session, asking.owner, protocol, body).id
    except (errors.Invalid, errors.Refused, errors.Conflict) as error:
        page = entering_page(protocol, choice, refusal_of(error, sent), request)
        return refused_form(page, error)
    return see_other(f"/benchmarks/{protocol.id}/entries/{entry_id}")


def refused_form(page: str, error: ServiceError) -> Response:
    """The form again, with what is wrong."""
    response = html_response(page)
    response.status_code = error.status
    return response


def chosen_parts(chosen: Mapping[str, str]) -> list[Choice]:
    """Raises NotFound where there is no such part."""
    choices = []
    for part, kinds in PARTS.items():
        name = chosen.get(part) or str(SMALLEST[part]["name"])
        if name not in kinds:
            raise errors.NotFound(f"There is no {part} {name}.  {closest_name(name, list(kinds))}")
        choices.append(Choice(part, list(kinds), name))
    return choices


def submit_groups(choices: Sequence[Choice]) -> dict[str, list[FormField]]:
    """Inputs by what they are of."""
    parts = {
        f"{one.name}: {one.chosen}": spec_fields(PARTS[one.name][one.chosen], f"{one.name}.")
        for one in choices
    }
    seeds = FormField("seeds", "json", list(Experiment.model_fields["seeds"].get_default()))
    return parts | {"training": spec_fields(Training, "training."), "seeds": [seeds]}


@router.get("/submit")
def show_submit(
    request: Request, model: str = "", estimator: str = "", dataset: str = ""
) -> Response:
    choices = chosen_parts({"model": model, "estimator": estimator, "dataset": dataset})
    return html_response(submit_page(choices, submit_groups(choices), NOTHING, needs_key(request)))


def estimate_words(estimate: Estimate) -> str:
    """What a job would take, for people."""
    gibibytes = estimate.memory / GIB
    return (
        f"It would be {count_text(estimate.runs, 'run')} of a model of {estimate.parameters:,} "
        f"parameters: about {duration_text(estimate.seconds)} of one core in all, "
        f"{estimate.evaluation:.0%} of it evaluations, and {gibibytes:.2g} GiB of memory a run."
    )


@router.post("/submit")
def press_submit(
    sent: SentFields, asking: Asking, work: UnitOfWork, readers: Readers, request: Request
) -> Response:
    choices = chosen_parts(sent)
    groups = submit_groups(choices)
    body = sent_object([field for fields in groups.values() for field in fields], sent)
    for one in choices:
        body[one.name] = {"name": one.chosen, **body.get(one.name, {})}
    try:
        submission = parse_submission(body)
        estimate = estimates.check_size(submission, request.app.state.settings)
        if LOOK in sent:
            with readers() as session:
                name = submission.dataset.name
                warnings = submission_warnings(session, submission.queue, name)
            looked = Sent(sent, (), " ".join([estimate_words(estimate), *warnings]))
            return html_response(submit_page(choices, groups, looked, needs_key(request)))
        jobs.check_priority(asking, submission.priority)
        plan = jobs.submission_plan(submission)
        with work() as session:
            job_id = jobs.submit_plan(session, asking.owner, plan).job.id
    except (errors.Invalid, errors.Refused) as error:
        page = submit_page(choices, groups, refusal_of(error, sent), needs_key(request))
        return refused_form(page, error)
    return see_other(f"/jobs/{job_id}")
