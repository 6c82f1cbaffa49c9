"""A number for every request: the client's, if it sent a decent one.  It comes back in the answer,
and stands in every line that the request logs and in its span, where somebody traces; one of the
lines says how it went."""

import logging
import re
import uuid
from time import monotonic

from opentelemetry.trace import get_current_span
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.logs import note_fields

log = logging.getLogger(__name__)
# asked for every few seconds, by machines
UNTOLD = ("/health/", "/metrics")

HEADER, SPAN = "X-Request-ID", "gradarena.request"
DECENT = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestIds:
    """ASGI middleware: ``request.state.request_id``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        offered = Headers(scope=scope).get(HEADER, "")
        number = offered if DECENT.fullmatch(offered) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = number
        note_fields(request=number)
        get_current_span().set_attribute(SPAN, number)
        began = monotonic()

        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = number
                log_answer(scope, message["status"], monotonic() - began)
            await send(message)

        try:
            await self.app(scope, receive, numbered)
        except Exception:
            # answered, and its trace logged, outside of all middlewares
            log_answer(scope, 500, monotonic() - began)
            raise


def log_answer(scope: Scope, status: int, seconds: float) -> None:
    """A line for a request, unless a machine asks it all the time and all is well."""
    if status >= 500 or not scope["path"].startswith(UNTOLD):
        how = "%s %s %s in %.0f ms"
        log.info(how, scope["method"], scope["path"], status, 1000 * seconds)
