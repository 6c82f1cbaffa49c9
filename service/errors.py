"""What the service refuses.  An error's docstring is the title of its problem (RFC 9457),
and what stands below it explains the problem to people."""

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

    @classmethod
    def explanation(cls) -> str:
        """What it means and what helps, for people."""
        return " ".join(" ".join((cls.__doc__ or "").splitlines()[1:]).split())


class Malformed(ServiceError):
    """The body is not JSON.

    Send one JSON object in UTF-8 whose fields are each named once. NaN and Infinity are no JSON
    numbers.
    """

    status, slug = 400, "malformed"


class Unauthorized(ServiceError):
    """This wants an API key.

    Send ``Authorization: Bearer KEY`` with a key that this installation knows. Reading needs
    none; whoever runs the service hands keys out.
    """

    status, slug = 401, "unauthorized"


class Forbidden(ServiceError):
    """This key may not do that.

    Keys have scopes: read, submit, priority, admin, each including those before it. What belongs
    to an owner is changed by that owner, and the rest is for admins: ask who runs the service.
    """

    status, slug = 403, "forbidden"


class ForeignOrigin(ServiceError):
    """A page of another site asks for a change.

    A browser sent a change from a page of another site, which may not have been meant. Whoever
    runs the service lists sites that may write in GRADARENA_CORS_ORIGINS.
    """

    status, slug = 403, "foreign-origin"


class NotFound(ServiceError):
    """There is no such thing.

    The address or the identifier leads nowhere here: it may be misspelt, of another
    installation, or deleted. Lists (``/v1/jobs``, ``/v1/benchmarks``, ``/v1/leaderboards``) say
    what there is.
    """

    status, slug = 404, "not-found"


class MethodNotAllowed(ServiceError):
    """This resource does not know the method.

    The Allow header of the answer lists the methods that the address knows.
    """

    status, slug = 405, "method-not-allowed"


class NotAcceptable(ServiceError):
    """This resource has none of the media types that the Accept header names.

    Ask for a media type that the detail names, or send no Accept header. Pictures are missing
    where matplotlib is not installed.
    """

    status, slug = 406, "not-acceptable"


class Conflict(ServiceError):
    """The state of the resource does not allow this.

    The request is right, but not at this moment: for instance a job that has succeeded cannot
    be cancelled, and one that runs cannot be deleted. Look at the resource, and decide again.
    """

    status, slug = 409, "conflict"


class TooSlow(ServiceError):
    """The request took too long to arrive.

    A body has half a minute to arrive, so that nobody holds connections open. Send it again.
    """

    status, slug = 408, "too-slow"


class KeyReused(ServiceError):
    """This Idempotency-Key came before, with another request.

    An Idempotency-Key stands for one request, so that an answer that was lost does not make a
    second job. Take a new key for another request.
    """

    status, slug = 409, "key-reused"


class TooLarge(ServiceError):
    """The body is too large.

    A body has one mebibyte at most; a job's spec has a few kilobytes.
    """

    status, slug = 413, "too-large"


class UnsupportedMediaType(ServiceError):
    """A body is JSON here, and its Content-Type says so.

    Send ``Content-Type: application/json``.
    """

    status, slug = 415, "unsupported-media-type"


class Misdirected(ServiceError):
    """The Host header names another service.

    The service answers to localhost and to addresses, or to the names in GRADARENA_HOSTS. A
    name that is not listed may have been pointed here by somebody else.
    """

    status, slug = 421, "misdirected"


class Invalid(ServiceError):
    """The request is not valid.

    ``errors`` lists every fault: where it is (``pointer`` into the body, or ``parameter``),
    what is wrong, and what would be right. Parameters and fields that are not known are refused
    too, with the closest name.
    """

    status, slug = 422, "invalid"


class Refused(ServiceError):
    """Each part of the experiment is valid, but they do not fit together.

    For instance an estimator that does not serve a model's units. ``errors`` says which part
    does not fit, and what would.
    """

    status, slug = 422, "refused"


class TooMany(ServiceError):
    """Too many requests came.

    A key, or an address without one, may make so many in a time: see the headers RateLimit and
    RateLimit-Policy. Come again after as many seconds as Retry-After says.
    """

    status, slug = 429, "too-many"


class Internal(ServiceError):
    """The service made a mistake; its log knows more.

    Nothing was changed. Please report it with the ``request_id``, which the service's log has
    too.
    """

    status, slug = 500, "internal"


class DatabaseAway(ServiceError):
    """The database does not answer; try again soon.

    Nothing was changed. The Retry-After header says when to try again.
    """

    status, slug = 503, "database-away"


class NotReady(ServiceError):
    """The service cannot do its work yet.

    It has just started, its database's schema is older than its code, or a part of it is
    missing; the detail says which.
    """

    status, slug = 503, "not-ready"


ERRORS: dict[str, type[ServiceError]] = {
    error.slug: error for error in ServiceError.__subclasses__()
}
