"""Lists as they go out, with a Link to the page that follows; and of those that are made whole,
which part is asked for, in which order, and what of each item."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import attrgetter
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

from .cursors import SAYS, Limit, first_page
from .deps import JSON
from .schemas.base import Page

Shape = TypeVar("Shape", bound=BaseModel)
KeyCursor = Annotated[str | None, Query(pattern=r"^[0-9]{1,9}-[0-9a-f]{12}$", description=SAYS)]
SELECTS = "of each item, in place of all"
SORTS = "by a field; - puts the greatest first"


@dataclass(frozen=True)
class Listing:
    """What is asked of a list; ``key`` is the field that tells its items apart."""

    request: Request
    key: str
    limit: int
    cursor: str | None
    sort: str | None
    fields: list[str] | None

    def answer(self, page: type[Page[Any]], items: Iterable[BaseModel]) -> Response:
        """That part of these items, the whole list in its own order."""
        every = sorted_items(items, self.sort)
        start = self.start(every)
        some, last = first_page(every[start:], self.limit)
        more = f"{start + self.limit}-{self.digest(last)}" if last else None
        return list_answer(self.request, page(data=list(some), next_cursor=more), self.fields)

    def start(self, items: Sequence[BaseModel]) -> int:
        """Behind the item that the cursor names, or, where it has gone, where it stood."""
        if self.cursor is None:
            return 0
        position, digest = self.cursor.split("-")
        digests = [self.digest(item) for item in items]
        return digests.index(digest) + 1 if digest in digests else int(position)

    def digest(self, item: BaseModel) -> str:
        return sha256(str(getattr(item, self.key)).encode()).hexdigest()[:12]


def sorted_items(items: Iterable[Shape], sort: str | None) -> list[Shape]:
    """By a field, descending where - stands before it; as they are where none is named."""
    if sort is None:
        return list(items)
    return sorted(items, key=attrgetter(sort.removeprefix("-")), reverse=sort.startswith("-"))


def whole_list(shape: type[BaseModel], key: str, *sorts: str) -> Callable[..., Listing]:
    """A dependency of a route that makes its whole list, of such items, sorted by these fields."""
    pattern = f"^-?({'|'.join(sorts)})$"

    def listing(
        request: Request,
        fields: Annotated[list[str] | None, Depends(chosen_fields(shape, key))],
        cursor: KeyCursor = None,
        limit: Limit = 200,
        sort: Annotated[str | None, Query(pattern=pattern, description=SORTS)] = None,
    ) -> Listing:
        return Listing(request, key, limit, cursor, sort, fields)

    return listing


def chosen_fields(shape: type[BaseModel], example: str) -> Callable[..., list[str] | None]:
    """A dependency: which fields of such items are asked for; None: all."""
    pattern = f"^({'|'.join(shape.model_fields)})$"

    def fields(
        fields: Annotated[
            list[Annotated[str, Query(pattern=pattern)]] | None,
            Query(max_length=50, description=SELECTS, examples=[example]),
        ] = None,
    ) -> list[str] | None:
        return fields

    return fields


def list_answer(request: Request, page: Page[Any], fields: Sequence[str] | None) -> Response:
    """All of each item, or these fields, with a Link to the page that follows."""
    chosen: Any = {"data": {"__all__": set(fields)}, "next_cursor": True} if fields else None
    headers = {"Link": next_link(request, page.next_cursor)} if page.next_cursor else {}
    return Response(page.model_dump_json(include=chosen), media_type=JSON, headers=headers)


def next_link(request: Request, cursor: str) -> str:
    """Of the page that follows, as the Link header has it."""
    following = request.url.include_query_params(cursor=cursor)
    return f'<{following.path}?{following.query}>; rel="next"'
