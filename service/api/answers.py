"""Answers that more than one resource gives."""

import hashlib
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel


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
    listed = request.headers.get("if-none-match", "").split(",")
    tags = [tag.strip().removeprefix("W/") for tag in listed]
    fresh = headers["ETag"] in tags or "*" in tags
    return Response(status_code=304, headers=headers) if fresh else None


def created(answer: BaseModel, location: str) -> Response:
    """201 with what was made, and where it is."""
    content = answer.model_dump_json().encode()
    headers = {"Location": location}
    return Response(content, 201, headers, media_type="application/json")


def media(*types: str, schema: dict[str, Any] | None = None) -> dict[int | str, dict[str, Any]]:
    """The part of ``responses`` that documents further media types of a 200."""
    return {200: {"content": {kind: {"schema": schema or {"type": "string"}} for kind in types}}}
