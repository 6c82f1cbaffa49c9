"""Reading the body of a request."""

from typing import Annotated

from fastapi import Depends, Request

from service import errors
from service.submission import Submission, parse

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


Submitted = Annotated[Submission, Depends(submission)]
