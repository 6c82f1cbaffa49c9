"""The client for programs that await: every call of ``Client``, in a thread of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from inspect import ismethod
from typing import Any, Self

from anyio import to_thread

from . import Client
from .results import Result

END = object()


class AsyncClient:
    """``async with AsyncClient(url) as client: job = await client.submit(spec)``.

    Every method of `Client` is here under its own name, and so are those of its answers; lists are
    async iterators.
    """

    def __init__(self, url: str | None = None, key: str | None = None) -> None:
        self.client = Client(url, key)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *about: object) -> None:
        await to_thread.run_sync(self.client.close)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return awaited_call(getattr(self.client, name), name)


class AsyncResult(dict[str, Any]):
    """An answer whose calls are awaited: ``(await job.wait()).state``."""

    def __init__(self, answer: Result) -> None:
        super().__init__(answer)
        self.answer = answer

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.answer, name)
        return awaited_call(value, name) if ismethod(value) else value

    def __repr__(self) -> str:
        return repr(self.answer)


LISTS = frozenset({"deliveries", "events", "jobs", "lines", "runs", "series", "watch"})


def awaited_call(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A call of the client, or of an answer, in a thread of its own."""
    if name in LISTS:
        return lambda *words, **options: stepped(iter(method(*words, **options)))

    async def call(*words: Any, **options: Any) -> Any:
        answer = await to_thread.run_sync(partial(method, *words, **options))
        return AsyncResult(answer) if isinstance(answer, Result) else answer

    return call


async def stepped(items: Iterator[Any]) -> AsyncIterator[Any]:
    """Each item as it comes."""
    while (item := await to_thread.run_sync(next, items, END)) is not END:
        yield item
