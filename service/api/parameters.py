"""Query parameters are read strictly: one that a route does not know, or one that comes twice, is
refused rather than left out in silence."""

from collections import Counter
from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo

from service import errors
from service.errors import Fault
from service.faults import MOST, closest_name


async def strict_parameters(request: Request) -> None:
    """A dependency of every route.  Raises Invalid."""
    route = request.scope["route"]
    if not (route.include_in_schema and request.query_params):
        return
    allowed = query_parameters(route)
    counts = Counter(name for name, _ in request.query_params.multi_items())
    faults = [
        *(_unknown_fault(name, allowed) for name in counts if name not in allowed),
        *(
            _repeated_fault(name)
            for name, count in counts.items()
            if count > allowed.get(name, count)
        ),
    ][:MOST]
    if faults:
        named = ", ".join(fault.parameter or "" for fault in faults)
        raise errors.Invalid(f"Not valid: {named}.", faults)


def query_parameters(route: APIRoute) -> dict[str, float]:
    """The names of a route's query parameters, and how often each may come."""
    return dict(_dependant_parameters(route.dependant))


def _dependant_parameters(dependant: Dependant) -> Iterator[tuple[str, float]]:
    """Those of a function, and of what it depends on."""
    for field in dependant.query_params:
        yield field.alias, _most_values(field.field_info)
    for inner in dependant.dependencies:
        yield from _dependant_parameters(inner)


def _most_values(field: FieldInfo) -> float:
    return float("inf") if "list" in str(field.annotation) else 1


def _unknown_fault(name: str, allowed: dict[str, float]) -> Fault:
    fix = closest_name(name, list(allowed)) or "It knows none."
    return Fault("There is no such parameter here.", parameter=name, fix=fix)


def _repeated_fault(name: str) -> Fault:
    return Fault("This parameter comes twice.", parameter=name, fix="Name it once.")
