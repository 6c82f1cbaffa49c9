"""Answers that more than one resource gives."""

import base64
import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel

from service import errors
from service.errors import Fault

MOST = 2**31 - 1
Limit = Annotated[int, Query(ge=1, le=200, description="rows at most")]
After = Annotated[int, Query(ge=-1, le=MOST, description="rows numbered above this")]
Name = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_:.-]{1,100}$")]
Cursor = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9_-]{22}$", description="``next_cursor`` of the page before"),
]


def tagged(
    request: Request, answer: BaseModel | bytes, media: str = "application/json"
) -> Response:
    """The answer with an ETag made from it, or 304 if the client has it."""
    content = answer if isinstance(answer, bytes) else answer.model_dump_json().encode()
    headers = tag_of(content)
    return unchanged(request, headers) or Response(content, media_type=media, headers=headers)


def tag_of(content: bytes) -> dict[str, str]:
    """The headers that let a client keep an answer."""
    digest = hashlib.sha256(content).hexdigest()[:16]
    return {"ETag": f'"{digest}"', "Cache-Control": "no-cache", "Vary": "Accept"}


def unchanged(request: Request, headers: dict[str, str]) -> Response | None:
    """304 if the client has what these headers tag."""
    known = [
        one.strip().removeprefix("W/")
        for one in request.headers.get("if-none-match", "").split(",")
    ]
    return (
        Response(status_code=304, headers=headers)
        if headers["ETag"] in known or "*" in known
        else None
    )


def cursor_of(place: UUID) -> str:
    return base64.urlsafe_b64encode(place.bytes).decode().rstrip("=")


def place_of(cursor: str) -> UUID:
    """Raises Invalid."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except ValueError:
        raise errors.Invalid(
            "No such cursor.", [Fault("Not one of ours.", parameter="cursor")]
        ) from None


def media(*types: str, schema: dict[str, Any] | None = None) -> dict[int | str, dict[str, Any]]:
    """The part of ``responses`` that documents further media types of a 200."""
    return {200: {"content": {kind: {"schema": schema or {"type": "string"}} for kind in types}}}
