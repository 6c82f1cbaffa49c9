"""Requests that may come twice, where an answer was lost: an Idempotency-Key makes one thing."""

from typing import Annotated

from fastapi import Header
from pydantic import StringConstraints
from pydantic.json_schema import SkipJsonSchema

from service.repeated import SHORTEST

NAME = "Idempotency-Key"
Key = Annotated[
    str | None,
    Header(alias=NAME, pattern=r"^[\x21-\x7e]{1,255}$", description="the same one makes one job"),
]
# no header says null
SecretKey = Annotated[
    Annotated[str, StringConstraints(pattern=rf"^[\x21-\x7e]{{{SHORTEST},255}}$")]
    | SkipJsonSchema[None],
    Header(
        alias=NAME,
        description="the same one makes one, and brings the same secret, which follows from it: "
        f"{SHORTEST} characters or more that nobody can guess",
    ),
]
