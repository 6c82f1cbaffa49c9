"""What an entry tries before it is confirmed: rates of its protocol's grid, and settings of its
own, in as many trials as the protocol grants to every entry."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from pydantic import Field, ValidationError
from sqlalchemy.orm import Session

from analysis.ledger.bundles import shipped_ledger
from analysis.ledger.strata import current_tries
from estimators.specs import AnyEstimator, Plugin
from estimators.specs.base import Estimator, Spec, digest
from estimators.specs.experiment import Experiment
from estimators.specs.protocols import Protocol
from estimators.specs.training import Rates

from . import errors, plugins
from .errors import Fault
from .faults import known_names
from .store.entry_models import Candidate, Entry
from .store.states import EntryState
from .submission import validate_strictly

SETTINGS = "/tuning/settings"


class OwnTuning(Spec):
    """What an entry tries in place of every rate at its estimator as it stands."""

    learning_rates: Rates | None = Field(
        None, description="some of the protocol's; all of them, where none are named"
    )
    settings: Annotated[tuple[dict[str, Any], ...], Field(max_length=32)] = Field(
        (),
        description="each is laid over the estimator and tried at every rate; {} is the estimator "
        "as it stands, which is tried alone where none are named",
    )


class OneEstimator(Spec):
    """An estimator by itself, to be read as strictly as a submission."""

    estimator: AnyEstimator


class Trials(NamedTuple):
    """The estimators that tuning chooses among, the rates at which each is tried, and the
    experiments that try them, one an estimator."""

    estimators: list[Estimator]
    learning_rates: tuple[float, ...]
    experiments: list[Experiment]

    @property
    def cell_id(self) -> str:
        """Whose tries follow one another: those of an estimator, or of all that are chosen
        among."""
        cells = sorted(one.cell_id for one in self.experiments)
        return cells[0] if len(cells) == 1 else digest({"cells": cells})


def entry_trials(
    session: Session, protocol: Protocol, estimator: Estimator, tuning: OwnTuning
) -> Trials:
    """Raises Refused where an estimator does not serve, where there are more trials than the
    protocol grants, or where a rate is none of its grid; Invalid where a setting is none of its
    estimator's."""
    rates = _tried_rates(protocol, tuning)
    estimators = _candidates(session, protocol, estimator, tuning)
    _check_trials(protocol, len(estimators), rates)
    pointers = _pointers(tuning)
    return Trials(
        estimators,
        rates,
        [
            _experiment(protocol, one, rates, pointer)
            for one, pointer in zip(estimators, pointers, strict=True)
        ],
    )


def own_rates(protocol: Protocol, trials: Trials) -> list[float] | None:
    """As an entry stores them: None where they are the protocol's."""
    every = trials.learning_rates == protocol.tuning.learning_rates
    return None if every else list(trials.learning_rates)


def candidate_rows(trials: Trials, tuning_jobs: Sequence[UUID]) -> list[Candidate]:
    """Of what tuning chooses among, where there are several."""
    if len(tuning_jobs) == 1:
        return []
    return [
        Candidate(number=number, estimator=one.model_dump(mode="json"), tuning_job_id=job_id)
        for number, (one, job_id) in enumerate(zip(trials.estimators, tuning_jobs, strict=True))
    ]


def _tried_rates(protocol: Protocol, tuning: OwnTuning) -> tuple[float, ...]:
    grid, named = protocol.tuning.learning_rates, tuning.learning_rates
    for number, rate in enumerate(named or ()):
        pointer = f"/tuning/learning_rates/{number}"
        if rate not in grid:
            reason = f"{rate:g} is none of the learning rates of {protocol.id}."
            raise _refused(reason, pointer, known_names([f"{one:g}" for one in grid]))
        if named and rate in named[:number]:
            raise _refused(f"{rate:g} stands there twice.", pointer)
    return named or grid


def _candidates(
    session: Session, protocol: Protocol, estimator: Estimator, tuning: OwnTuning
) -> list[Estimator]:
    """All different."""
    if not tuning.settings:
        return [_admitted(session, protocol, estimator, ("estimator",))]
    some: list[Estimator] = []
    for number, setting in enumerate(tuning.settings):
        path = ("tuning", "settings", number)
        one = _admitted(session, protocol, _changed_estimator(estimator, setting, number), path)
        if one in some:
            reason = f"It comes to the same as setting {some.index(one)}."
            raise _refused(reason, f"{SETTINGS}/{number}")
        some.append(one)
    return some


def _pointers(tuning: OwnTuning) -> list[str]:
    """Where each of the estimators stands in the body."""
    return [f"{SETTINGS}/{number}" for number in range(len(tuning.settings))] or ["/estimator"]


def _changed_estimator(estimator: Estimator, setting: Mapping[str, Any], number: int) -> Estimator:
    """With a setting laid over it."""
    here = f"{SETTINGS}/{number}"
    if "name" in setting:
        raise _refused("A setting is of the estimator that is entered.", f"{here}/name")
    whole = laid_over(estimator.model_dump(mode="json"), setting)
    try:
        return validate_strictly(OneEstimator, {"estimator": whole}).estimator
    except (errors.Invalid, errors.Refused) as error:
        faults = [
            replace(one, pointer=here + (one.pointer or "").removeprefix("/estimator"))
            for one in error.faults
        ]
        raise type(error)(f"{faults[0].pointer}: {faults[0].detail}", faults) from None


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """What stands above wins, part by part."""
    both = {
        name: laid_over(below[name], value)
        for name, value in above.items()
        if isinstance(value, Mapping) and isinstance(below.get(name), Mapping)
    }
    return {**below, **above, **both}


def _admitted(
    session: Session, protocol: Protocol, estimator: Estimator, path: tuple[str | int, ...]
) -> Estimator:
    """A plug-in with its defaults filled in.  Raises Refused, Invalid."""
    if not isinstance(estimator, Plugin):
        return estimator
    published = {one.name: one for one in plugins.plugin_details(session)}
    return plugins.admit_plugin(published, estimator, protocol.model, path)


def _check_trials(protocol: Protocol, settings: int, rates: Sequence[float]) -> None:
    """Every entry has as many trials as the protocol's grid has rates."""
    most, asked = protocol.tuning.trials, settings * len(rates)
    if asked <= most:
        return
    fix = (
        f"With {settings} settings name {most // settings} of its learning rates at most."
        if settings <= most
        else f"Name {most} settings at most, each at one learning rate."
    )
    reason = (
        f"{settings} settings at {len(rates)} learning rates are {asked} trials; {protocol.id} "
        f"grants {most} to every entry."
    )
    raise _refused(reason, "/tuning", fix)


def _experiment(
    protocol: Protocol, estimator: Estimator, rates: tuple[float, ...], pointer: str
) -> Experiment:
    try:
        return protocol.tuning_experiment(estimator, rates)
    except ValidationError as error:
        raise _refused(error.errors()[0]["msg"], pointer) from None


def _refused(reason: str, pointer: str, fix: str | None = None) -> errors.Refused:
    return errors.Refused(f"{pointer}: {reason}", [Fault(reason, pointer, fix=fix)])


def check_room(protocol: Protocol, cell_id: str, others: list[Entry]) -> None:
    """Another try of an estimator takes no room; what came with the package does.

    Raises Conflict where the benchmark is full.
    """
    if protocol.entries is None:
        return
    shipped = shipped_ledger(protocol)
    there = [*others, *(current_tries(shipped) if shipped else ())]
    taken = {one.cell_id for one in there if one.state != EntryState.WITHDRAWN} - {cell_id}
    if len(taken) >= protocol.entries:
        raise errors.Conflict(f"{protocol.id} holds {protocol.entries} entries, and has them.")
