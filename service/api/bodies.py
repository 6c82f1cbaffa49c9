"""Reading a submission: strictly, so that neither "3" nor true is a number, and naming what is wrong."""

import json
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import ValidationError

from service import errors

from .faults import faults
from .schemas import Submission

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


def parse(body: bytes) -> Submission:
    """Raises Malformed, Refused, Invalid."""
    try:
        value = json.loads(body, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise errors.Malformed(f"{error}.") from None
    try:
        return Submission.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise _told(value, error) from None


def _number(text: str) -> int | float:
    """JSON knows one kind of number: 3.0 is 3."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _told(body: Any, error: ValidationError) -> errors.ServiceError:
    found = error.errors(include_url=False)
    if found[0]["type"] == "json_invalid":  # half a surrogate pair, which Python lets pass
        return errors.Malformed(f"{found[0]['msg']}.")
    listed = faults(Submission, body, found)
    kind = (
        errors.Refused if all(one["type"] in ("refused", "value_error") for one in found) else errors.Invalid
    )
    return kind(f"{listed[0].pointer or 'The body'}: {listed[0].detail}", listed)


Submitted = Annotated[Submission, Depends(submission)]


def schema(prefix: str = "#/components/schemas/") -> dict[str, Any]:
    """JSON Schemas of a submission and of its parts, by name.

    A tag that tells alternatives apart is required, though the spec that it names has it by default.
    """
    whole = Submission.model_json_schema(ref_template=prefix + "{model}")
    parts: dict[str, Any] = whole.pop("$defs")
    for part in parts.values():
        tags = [name for name in ("name", "family") if "const" in part.get("properties", {}).get(name, {})]
        if tags:
            part["required"] = sorted({*part.get("required", []), *tags})
    return {**parts, "Submission": whole}
