"""What the service refuses.  An error's docstring is the title of its problem (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a request."""

    detail: str
    """What is wrong."""
    pointer: str | None = None
    """JSON pointer into the body."""
    parameter: str | None = None
    """Or the name of a parameter of path, query or header."""
    fix: str | None = None
    """What would be right."""


class ServiceError(Exception):
    """Something failed."""

    status: ClassVar[int]
    slug: ClassVar[str]

    def __init__(
        self,
        detail: str = "",
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail, self.faults, self.headers = (
            detail or self.title,
            tuple(faults),
            dict(headers or {}),
        )

    @property
    def title(self) -> str:
        return (self.__doc__ or "").splitlines()[0]


class Malformed(ServiceError):
    """The body is not JSON."""

    status, slug = 400, "malformed"


class Unauthorized(ServiceError):
    """This wants an API key."""

    status, slug = 401, "unauthorized"


class Forbidden(ServiceError):
    """This is for admins."""

    status, slug = 403, "forbidden"


class ForeignOrigin(ServiceError):
    """A page of another site asks for a change."""

    status, slug = 403, "foreign-origin"


class NotFound(ServiceError):
    """There is no such thing."""

    status, slug = 404, "not-found"


class MethodNotAllowed(ServiceError):
    """This resource does not know the method."""

    status, slug = 405, "method-not-allowed"


class NotAcceptable(ServiceError):
    """This resource has none of the media types that the Accept header names."""

    status, slug = 406, "not-acceptable"


class Conflict(ServiceError):
    """The state of the resource does not allow this."""

    status, slug = 409, "conflict"


class KeyReused(ServiceError):
    """This Idempotency-Key came before, with another request."""

    status, slug = 409, "key-reused"


class TooLarge(ServiceError):
    """The body is too large."""

    status, slug = 413, "too-large"


class UnsupportedMediaType(ServiceError):
    """A body is JSON here, and its Content-Type says so."""

    status, slug = 415, "unsupported-media-type"


class Misdirected(ServiceError):
    """The Host header names another service."""

    status, slug = 421, "misdirected"


class Invalid(ServiceError):
    """The request is not valid."""

    status, slug = 422, "invalid"


class Refused(ServiceError):
    """Each part of the experiment is valid, but they do not fit together."""

    status, slug = 422, "refused"


class Internal(ServiceError):
    """The service made a mistake; its log knows more."""

    status, slug = 500, "internal"


class DatabaseAway(ServiceError):
    """The database does not answer; try again soon."""

    status, slug = 503, "database-away"


class NotReady(ServiceError):
    """The service cannot do its work yet."""

    status, slug = 503, "not-ready"


ERRORS: dict[str, type[ServiceError]] = {
    error.slug: error for error in ServiceError.__subclasses__()
}
