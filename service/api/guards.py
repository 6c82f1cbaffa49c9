"""Who may speak to the service through a browser.

A page of another site may send requests to a service on this machine, and a name of that site may
be pointed at the loopback (DNS rebinding): both are refused before anything is read.
"""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service import errors
from service.config import Settings

from .problems import problem_response

READS = ("GET", "HEAD", "OPTIONS")


class BrowserGuard:
    """ASGI middleware: refuses Hosts that are not ours and writes from pages of other Origins."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = listed_words(settings.hosts)
        self.origins = listed_words(settings.cors_origins)
        self.guarded = bool(self.hosts) or not (settings.asks_keys or settings.trust_network)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (error := self.refusal(scope)) is None:
            return await self.app(scope, receive, send)
        await problem_response(Request(scope), error)(scope, receive, send)

    def refusal(self, scope: Scope) -> errors.ServiceError | None:
        """Why a request is not let in, if it is not."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self.guarded and not is_our_host(host, self.hosts):
            return errors.Misdirected(f"This service is not {host or 'nameless'}.")
        origin = headers.get("origin")
        if scope["method"] in READS or origin is None or origin in self.origins:
            return None
        if urlsplit(origin).netloc == host:
            return None
        return errors.ForeignOrigin(f"Pages of {origin} may not change anything here.")


def is_our_host(host: str, names: Collection[str]) -> bool:
    """Whether a Host header names this service: by a name that is listed, or, where none is, as the
    loopback or by an address; a foreign site can point its name here, but not an address."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if names:
        return name in names
    return name == "localhost" or is_address(name)


def is_address(name: str) -> bool:
    """Whether this is an IP address rather than a name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def listed_words(text: str) -> frozenset[str]:
    """The members of a list with commas between."""
    return frozenset(word.strip() for word in text.split(",") if word.strip())
