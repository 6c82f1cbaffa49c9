"""Names that a list is filtered by: one that nothing has is refused, with the closest; an empty
list would say that there is nothing of it yet."""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy.orm import Session

from estimators.specs import ESTIMATORS
from estimators.specs.datasets import DATASETS
from estimators.specs.models import MODELS
from service import entries, errors, plugins

from .parameter_faults import value_fault


def estimator_names(session: Session) -> list[str]:
    """Built-in ones, and those that workers published."""
    return [*ESTIMATORS, *(entry.name for entry in plugins.plugin_details(session))]


def benchmark_names(session: Session) -> list[str]:
    """With and without their versions."""
    protocols = entries.all_protocols(session).values()
    return [name for one in protocols for name in (one.id, one.name)]


# by the parameter
KNOWN: Mapping[str, Callable[[Session], Iterable[str]]] = {
    "estimator": estimator_names,
    "model": lambda session: MODELS,
    "dataset": lambda session: DATASETS,
    "benchmark": benchmark_names,
}


def check_names(session: Session, asked: Mapping[str, str | None]) -> None:
    """Raises Invalid, with every name that nothing has."""
    faults = [
        value_fault(name, value, sorted(names))
        for name, value in asked.items()
        if value is not None and value not in (names := set(KNOWN[name](session)))
    ]
    if faults:
        named = ", ".join(fault.parameter or "" for fault in faults)
        raise errors.Invalid(f"Not valid: {named}.", faults)
