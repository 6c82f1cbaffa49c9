"""What is answered as JSON or as its picture, whichever is asked for."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

from .answers import tagged
from .deps import JSON, asked_type

SVG = "image/svg+xml"
FORMATS = {"json": JSON, "svg": SVG}


def drawn_format(
    request: Request,
    format: Annotated[
        Literal["json", "svg"] | None, Query(description="in place of Accept")
    ] = None,
) -> str:
    """The media type that is asked for.  Raises NotAcceptable."""
    return asked_type(request, format, FORMATS)


Kind = Annotated[str, Depends(drawn_format)]


def drawn_answer(
    request: Request, value: BaseModel, kind: str, draw: Callable[[], bytes]
) -> Response:
    """The value, or the picture that ``draw`` makes of it."""
    content = draw() if kind == SVG else value.model_dump_json().encode()
    return tagged(request, content, kind)
