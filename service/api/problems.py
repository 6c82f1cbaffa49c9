"""Problem documents (RFC 9457): how errors look on the wire, and which ones a route may give."""

import logging
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.routing import BaseRoute, Match

from analysis.pages.missing import missing_page, refusal_page
from service import errors
from service.errors import ServiceError

from .deps import JSON, accepted_quality
from .headers import security_headers
from .parameter_faults import parameter_error
from .requests import HEADER

log = logging.getLogger(__name__)
MEDIA = "application/problem+json"
PAGE_TYPE = "text/html"
# Seconds after which to try again, when the database is away.
RETRY = "5"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class FaultShape(BaseModel):
    """One thing that is wrong, where it is, and what would be right."""

    detail: str
    pointer: str | None = Field(None, description="JSON pointer into the body")
    parameter: str | None = Field(None, description="or a parameter of path, query or header")
    fix: str | None = Field(None, description="what would be right")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(examples=["/problems/invalid"])
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str = Field(description="the path that was asked for")
    request_id: str
    errors: list[FaultShape] | None = None

    model_config = ConfigDict(title="Problem")


def problem_response(request: Request, error: ServiceError) -> Response:
    """The response that an error makes: a page for a browser."""
    if prefers_page(request):
        return page_response(error)
    problem = Problem(
        type=f"/problems/{error.slug}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        instance=request.url.path,
        request_id=request.scope.get("state", {}).get("request_id", ""),
        errors=[FaultShape(**vars(fault)) for fault in error.faults] or None,
    )
    content = problem.model_dump(mode="json", exclude_none=True)
    headers = security_headers(MEDIA) | {HEADER: problem.request_id} | error.headers
    return JSONResponse(content, error.status, headers, media_type=MEDIA)


def prefers_page(request: Request) -> bool:
    """Whether it would rather have a page than JSON; whoever takes anything would not."""
    return accepted_quality(request, PAGE_TYPE) > accepted_quality(request, JSON)


def page_response(error: ServiceError) -> Response:
    headers = security_headers(PAGE_TYPE) | {"Vary": "Accept"} | error.headers
    page = missing_page(error.detail) if error.status == 404 else error_page(error)
    return Response(page, error.status, headers, media_type=PAGE_TYPE)


def error_page(error: ServiceError) -> str:
    """What went wrong, and what would be right, for people."""
    faults = [
        (fault.pointer or fault.parameter or "", fault.detail, fault.fix or "")
        for fault in error.faults
    ]
    return refusal_page(error.title, error.detail, error.explanation(), faults)


def handle_errors(app: FastAPI) -> None:
    """Every error that leaves a request becomes a problem document."""
    app.add_exception_handler(ServiceError, error_handler(same_error))
    app.add_exception_handler(404, handle_routing)
    app.add_exception_handler(405, handle_routing)
    app.add_exception_handler(RequestValidationError, handle_parameters)
    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(away, error_handler(database_error))
    app.add_exception_handler(Exception, error_handler(internal_error))


def error_handler(
    translate: Callable[[Any], ServiceError],
) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, error: Exception) -> Response:
        return problem_response(request, translate(error))

    return handle


def handle_routing(request: Request, error: Exception) -> Response:
    """No route fits: the path is not known, or it does not know the method."""
    allowed = allowed_methods(request)
    if allowed and request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(allowed)})
    if allowed:
        return problem_response(
            request, errors.MethodNotAllowed(headers={"Allow": ", ".join(allowed)})
        )
    return problem_response(request, errors.NotFound(f"There is nothing at {request.url.path}."))


def handle_parameters(request: Request, error: Exception) -> Response:
    """A parameter is not valid; where it is part of a page's address, nothing is there."""
    assert isinstance(error, RequestValidationError)
    if prefers_page(request) and any(one["loc"][0] == "path" for one in error.errors()):
        return page_response(errors.NotFound(f"There is nothing at {request.url.path}."))
    return problem_response(request, parameter_error(request.scope["route"], error))


def allowed_methods(request: Request) -> list[str]:
    """The methods that this path knows; HEAD is what GET is, and OPTIONS lists them."""
    asked = {method: {**request.scope, "method": method} for method in METHODS}
    routes: list[BaseRoute] = request.app.routes
    served = [
        method
        for method in METHODS
        if any(route.matches(asked[method])[0] is Match.FULL for route in routes)
    ]
    head = ["HEAD"] if "GET" in served else []
    return sorted([*served, *head, "OPTIONS"]) if served else []


def same_error(error: ServiceError) -> ServiceError:
    return error


def database_error(error: Exception) -> ServiceError:
    log.warning("database: %s", getattr(error, "orig", error))
    return errors.DatabaseAway(headers={"Retry-After": RETRY})


def internal_error(error: Exception) -> ServiceError:
    log.error("mistake", exc_info=error)
    return errors.Internal()


def documented(*kinds: type[ServiceError]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may give these errors."""
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles: dict[int | str, list[str]] = {}
    for kind in kinds:
        titles.setdefault(kind.status, []).append((kind.__doc__ or "").splitlines()[0])
    return {
        status: {"description": " Or: ".join(title), "content": content}
        for status, title in titles.items()
    }


# What every route may answer that reads a JSON body from those who may write.
BODY_ERRORS = (
    errors.Malformed,
    errors.Forbidden,
    errors.TooSlow,
    errors.TooLarge,
    errors.UnsupportedMediaType,
    errors.Invalid,
    errors.Refused,
)
EVERYWHERE = documented(
    errors.Invalid,
    errors.Unauthorized,
    errors.NotAcceptable,
    errors.TooMany,
    errors.Internal,
    errors.DatabaseAway,
)
