"""Reading the body of a request."""

from asyncio import timeout
from typing import Annotated, Any

from fastapi import Depends, Request

from service import checkpoints, errors, estimates, plugins
from service.submission import AnySubmission, parse_body, parse_submission

from .deps import AppSettings, Readers

# Bytes in a body, at most.
MOST = 1 << 20
# Seconds in which it has to arrive.
SLOWEST = 30.0


async def body(request: Request) -> Any:
    """A JSON value.  Raises UnsupportedMediaType, TooSlow, TooLarge, Malformed."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise errors.UnsupportedMediaType(f"The Content-Type is {kind or 'missing'}.")
    return parse_body(await body_bytes(request))


async def body_bytes(request: Request) -> bytes:
    """The body, but never more than we want of it."""
    body = bytearray()
    try:
        async with timeout(SLOWEST):
            async for part in request.stream():
                body += part
                if len(body) > MOST:
                    raise errors.TooLarge(f"A body has {MOST:,} bytes at most.")
    except TimeoutError:
        closing = {"Connection": "close"}
        detail = f"A body has {SLOWEST:g} s to arrive."
        raise errors.TooSlow(detail, headers=closing) from None
    return bytes(body)


Value = Annotated[Any, Depends(body)]


def admitted_submission(value: Value, settings: AppSettings, readers: Readers) -> AnySubmission:
    """A submission, with what it takes from a run that it names, and from what workers published of
    other packages' estimators.

    Raises Malformed, Refused, Invalid.
    """
    if checkpoints.names_run(value):
        with readers() as session:
            value = checkpoints.fill_from_run(session, value, settings.checkpoints)
    return admit(value, settings, readers)


def admit(value: Any, settings: AppSettings, readers: Readers) -> AnySubmission:
    """A submission that is whole, of a size that is meant, and of estimators that are there.

    Raises Malformed, Refused, Invalid.
    """
    submission = parse_submission(value)
    estimates.check_size(submission, settings)
    if not plugins.names_plugin(submission):
        return submission
    with readers() as session:
        return plugins.admit_plugins(session, submission)


Submitted = Annotated[AnySubmission, Depends(admitted_submission)]
