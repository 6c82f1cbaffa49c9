"""The client for programs that await: every call of ``Client``, in a thread of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any, Self

from anyio import to_thread

from . import Client

END = object()


class AsyncClient:
    """``async with AsyncClient(url) as client: job = await client.call("submit", spec)``.

    Every method of `Client` is here under its own name; lists are async iterators.
    """

    def __init__(self, url: str | None = None, key: str | None = None) -> None:
        self.client = Client(url, key)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *about: object) -> None:
        await to_thread.run_sync(self.client.close)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.client, name)
        if name in LISTS:
            return lambda *words, **options: stepped(method(*words, **options))
        return lambda *words, **options: to_thread.run_sync(partial(method, *words, **options))


LISTS = frozenset({"deliveries", "events", "jobs", "lines", "runs", "series", "watch"})


async def stepped(items: Iterator[Any]) -> AsyncIterator[Any]:
    """Each item as it comes."""
    while (item := await to_thread.run_sync(next, items, END)) is not END:
        yield item
