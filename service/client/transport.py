"""Requests that are made again: while nobody answers, and when a busy service asks to wait."""

import logging
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import httpx
import stamina

from .problems import Json, Refused, ServiceAway, problem_document

URL = "http://127.0.0.1:8642"
# Seconds that a service which does not answer is asked again.
PATIENCE = 10.0
# Seconds that a service may be away while something of it is waited for.
RESTART = 600.0
# The status of who asks too often, and seconds that one request waits for it, in all.
BUSY, MOST_WAIT = 429, 120.0
# it logs where logging is set up only
logging.getLogger("stamina").addHandler(logging.NullHandler())


class Transport:
    """What every method of the client is made of.  Use it as a context."""

    def __init__(
        self, url: str | None = None, key: str | None = None, patience: float = PATIENCE
    ) -> None:
        """Without an address, GRADARENA_URL's service with GRADARENA_KEY, as the command line has
        it, or the one that `make up` starts."""
        if url is None:
            url, key = os.environ.get("GRADARENA_URL", URL), key or os.environ.get("GRADARENA_KEY")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.url, self.patience = url.rstrip("/"), patience
        # loading certificates takes longer than all the rest of a short command
        secured = self.url.startswith("https:")
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=30.0, verify=secured)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *about: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    @contextmanager
    def through_restarts(self) -> Iterator[None]:
        """In here a service that does not answer is starting again, and is waited for."""
        before, self.patience = self.patience, max(self.patience, RESTART)
        try:
            yield
        finally:
            self.patience = before

    def _pages(self, path: str, options: Mapping[str, Any] | None = None) -> Iterator[Json]:
        """The items of a list, page after page."""
        wanted = dict(options or {})
        while True:
            page = self._json("GET", path, params=without_nones(wanted))
            yield from page["data"]
            if page["next_cursor"] is None:
                return
            wanted["cursor"] = page["next_cursor"]

    def _json(self, method: str, path: str, **options: Any) -> Json:
        value: Json = self._answer(method, path, **options).json()
        return value

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._send(method, path, **options)
            waited = 0.0
            while answer.status_code == BUSY and waited < MOST_WAIT:
                pause = pause_seconds(answer)
                time.sleep(pause)
                waited += pause
                answer = self._send(method, path, **options)
        except httpx.TransportError as error:
            raise self._away(error) from None
        if answer.is_error:
            raise Refused(problem_document(answer))
        return answer

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Again while nobody answers: a submission has its key, and the rest may be said twice."""
        for attempt in stamina.retry_context(
            on=httpx.TransportError,
            attempts=None,
            timeout=self.patience,
            wait_initial=0.1,
            wait_max=1.0,
        ):
            with attempt:
                return self._http.request(method, path, **options)
        raise AssertionError  # not reached: the last attempt returns or raises

    def _away(self, error: Exception) -> ServiceAway:
        return ServiceAway(
            f"No service answers at {self.url} ({error}).  Is it up?  make up starts one."
        )


def pause_seconds(answer: httpx.Response) -> float:
    """How long a busy service asks to be left alone; a second where it does not say."""
    text = answer.headers.get("retry-after", "")
    return min(max(float(text), 0.1), MOST_WAIT) if text.isdecimal() else 1.0


def repeat_headers(key: str | None = None) -> dict[str, str]:
    """With them a request that was answered, and whose answer was lost, may be sent again."""
    return {"Idempotency-Key": key or uuid.uuid4().hex}


def without_nones(options: Mapping[str, Any]) -> Json:
    return {name: value for name, value in options.items() if value is not None}
