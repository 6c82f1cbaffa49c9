"""Reading the body of a request."""

from typing import Annotated

from fastapi import Depends, Request

from estimators.specs import Plugin
from service import errors, plugins
from service.submission import Submission, parse

from .deps import Readers

MOST = 1 << 20  # bytes in a body


async def submission(request: Request) -> Submission:
    """Raises UnsupportedMediaType, TooLarge, Malformed, Refused, Invalid."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise errors.UnsupportedMediaType(f"The Content-Type is {kind or 'missing'}.")
    return parse(await _read(request))


async def _read(request: Request) -> bytes:
    """The body, but never more than we want of it."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST:
            raise errors.TooLarge(f"A body has {MOST:,} bytes at most.")
    return bytes(body)


def admitted(given: Annotated[Submission, Depends(submission)], readers: Readers) -> Submission:
    """One that names an estimator of another package is read again, with what workers published of it.

    Raises Refused, Invalid.
    """
    if not isinstance(given.estimator, Plugin):
        return given
    with readers() as session:
        return plugins.admit(session, given)


Submitted = Annotated[Submission, Depends(admitted)]
