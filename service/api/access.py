"""The door: who asks and what they may do is settled before anything else of a request is read."""

import base64
import binascii

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import access, errors, scopes
from service.access import KeyRing
from service.config import Settings
from service.logs import note_fields
from service.scopes import Identity

from .guards import READS
from .problems import prefers_page, problem_response
from .rates import Rates

# for everybody: health, what errors mean, and how the API is to be used
OPEN = ("/health/", "/problems", "/docs", "/openapi.json")
METRICS = "/metrics"
ADDRESS = "nowhere"


class AccessGuard:
    """ASGI middleware: ``request.state.identity``, and no more requests than the rate allows."""

    def __init__(self, app: ASGIApp, ring: KeyRing, settings: Settings) -> None:
        self.app, self.ring, self.open_reads = app, ring, settings.open_reads
        self.open = (*OPEN, METRICS) if settings.open_metrics else OPEN
        self.rates = Rates(settings.rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        try:
            headers = await self.admit(request)
        except errors.ServiceError as error:
            return await problem_response(request, error)(scope, receive, send)

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, counted if headers else send)

    async def admit(self, request: Request) -> dict[str, str]:
        """Notes who asks; headers for the answer.  Raises Unauthorized, Forbidden, TooMany."""
        reads = request.method in READS
        key = offered_key(request.headers) if self.ring.asked_for else None
        identity = await self.identity(request, key)
        request.state.identity = identity or Identity("nobody", scopes.Scope.READ)
        note_fields(owner=request.state.identity.owner)
        if request.url.path.startswith(self.open):
            return {}
        headers = self.rates.count(access.key_digest(key) if key else client_address(request))
        if identity is None and not (reads and self.open_reads):
            raise errors.Unauthorized(headers={"WWW-Authenticate": challenge(request)})
        if not (reads or request.state.identity.may(scopes.Scope.SUBMIT)):
            raise errors.Forbidden("This key is for reading.")
        return headers

    async def identity(self, request: Request, key: str | None) -> Identity | None:
        """Whose key it is; None without one.  Raises Unauthorized and TooMany where it is
        wrong."""
        if not self.ring.asked_for:
            return scopes.ANYBODY
        if key is None:
            return None
        if self.ring.is_stale(key):
            await to_thread.run_sync(self.ring.look_up)
        identity = self.ring.find(key)
        if identity is None:
            self.rates.count_wrong_key(client_address(request))
            raise errors.Unauthorized(headers={"WWW-Authenticate": challenge(request)})
        return identity


def client_address(request: Request) -> str:
    return request.client.host if request.client else ADDRESS


def challenge(request: Request) -> str:
    """Browsers ask for a name and a password; the password is the key."""
    return 'Basic realm="Gradient Arena"' if prefers_page(request) else "Bearer"


def offered_key(headers: Headers) -> str | None:
    """The key that a request shows.  A browser shows it as a password, with forms too: whether
    they are of our pages is `guards.BrowserGuard`'s to say."""
    scheme, _, text = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return text.strip()
    return basic_password(text) if scheme.lower() == "basic" else None


def basic_password(text: str) -> str | None:
    """None where it cannot be read."""
    try:
        decoded = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return decoded.partition(":")[2]
