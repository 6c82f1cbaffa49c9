"""What the forms of pages send."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from service import errors
from service.config import Settings

from .bodies import body_bytes

FORM = "application/x-www-form-urlencoded"
Fields = dict[str, str]


async def sent_fields(request: Request) -> Fields:
    """The fields of a form, those that are empty left out.  Raises UnsupportedMediaType, TooLarge,
    Malformed."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != FORM:
        raise errors.UnsupportedMediaType(f"Forms come as {FORM}.")
    try:
        return dict(parse_qsl((await body_bytes(request)).decode(), max_num_fields=200))
    except ValueError as error:
        raise errors.Malformed(f"{error}.") from None


Sent = Annotated[Fields, Depends(sent_fields)]


def needs_key(request: Request) -> bool:
    """Whether a form has to ask for a key; the script ``forms.js`` sends it as a header."""
    settings: Settings = request.app.state.settings
    return settings.asks_keys
