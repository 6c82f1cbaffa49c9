"""Connections that may wait only so long, and be only so many.

uvicorn waits for a request for ever: half-open ones stay until every file is taken.
"""

import asyncio
import logging
import resource

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

log = logging.getLogger(__name__)
# seconds from a request's first byte, or from the start, to the end of its headers
HEADERS = 10.0
# and from there to the end of its body
BODY = 60.0
# files beside connections: database, broker, logs
OTHER_FILES = 200


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that hangs up on who does not come to an end."""

    headers_within, body_within, most = HEADERS, BODY, 1000
    arrival: asyncio.TimerHandle | None = None
    waits_for = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most:
            return transport.abort()
        self._expect("headers")

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        states = {h11.IDLE: "headers", h11.SEND_BODY: "body"}
        self._expect(states.get(self.conn.their_state, ""))

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect("")
        super().connection_lost(exc)

    def _expect(self, part: str) -> None:
        """Starts the clock for a part of a request, unless it runs."""
        if part == self.waits_for:
            return
        if self.arrival:
            self.arrival.cancel()
        self.waits_for, self.arrival = part, None
        if part:
            within = self.headers_within if part == "headers" else self.body_within
            self.arrival = self.loop.call_later(within, self.transport.abort)


def raise_file_limit(connections: int) -> None:
    """Lets this process open as many files as it may; says so where that is too few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard < connections + OTHER_FILES:
        log.warning(
            "%s connections may come, and only %s files may be open: raise ulimit -n, or lower "
            "GRADARENA_CONNECTIONS",
            connections,
            hard,
        )


def patient_protocol(connections: int) -> type[PatientProtocol]:
    """The protocol for uvicorn, with this many connections at most."""
    return type("Protocol", (PatientProtocol,), {"most": connections})
