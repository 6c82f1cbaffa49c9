"""Long polls: an answer that waits for a change, as ``Prefer: wait`` of RFC 7240 asks."""

import re
from collections.abc import Callable
from time import monotonic
from typing import Annotated

import anyio
from fastapi import Header, Request, Response
from starlette.concurrency import run_in_threadpool

# Seconds that an answer waits at most, and between two looks.
LONGEST, LOOK = 60.0, 0.5
WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,9})")
Preference = Annotated[
    str | None,
    Header(description="wait=SECONDS for what ends or changes, 60 at most", examples=["wait=30"]),
]
Read = Callable[[], tuple[Response, bool]]


def preferred_wait(prefer: str | None) -> float | None:
    """The seconds that a Prefer header would wait; None where it says nothing of that."""
    asked = WAIT.search(prefer or "")
    return min(float(asked.group(1)), LONGEST) if asked else None


async def waited_answer(request: Request, prefer: str | None, read: Read) -> Response:
    """What ``read`` answers, as soon as it says that its object has ended, or has changed from what
    the client has, or the time is over."""
    wait = preferred_wait(prefer)
    conditional = "if-none-match" in request.headers
    deadline = monotonic() + (wait or 0)
    while True:
        answer, ended = await run_in_threadpool(read)
        changed = conditional and answer.status_code != 304
        if ended or changed or monotonic() >= deadline:
            break
        await anyio.sleep(min(LOOK, max(0.0, deadline - monotonic())))
    if wait is not None:
        answer.headers["Preference-Applied"] = f"wait={wait:.0f}"
    return answer
