"""Where a page of a list begins and how long it is: ``limit`` and ``cursor``, and how cursors are
written."""

import base64
from collections.abc import Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query

from service import errors
from service.errors import Fault

Item = TypeVar("Item")
SAYS = "where to go on: `next_cursor` of the page before"
Limit = Annotated[int, Query(ge=1, le=200, description="items in a page, at most")]
IdCursor = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]{22}$", description=SAYS)]
NumberCursor = Annotated[str | None, Query(pattern=r"^[0-9]{1,9}$", description=SAYS)]


def encode_cursor(last: UUID) -> str:
    """The cursor of the page that follows this item."""
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def decode_cursor(cursor: str) -> UUID:
    """The item that a page follows.  Raises Invalid."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except ValueError:
        raise errors.Invalid(
            "No such cursor.", [Fault("Not one of ours.", parameter="cursor")]
        ) from None


def first_page(items: Sequence[Item], limit: int) -> tuple[Sequence[Item], Item | None]:
    """Of one item more than a page holds: the page, and its last item if more follow."""
    return items[:limit], items[limit - 1] if len(items) > limit else None
