"""What every answer tells browsers: to guess no types, to load nothing, to show it in no frame."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING = "default-src 'none'; frame-ancestors 'none'"
# Pictures style themselves, and load nothing.
PICTURE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
# Pages bring their style along; scripts, pictures and what forms are sent to are this service's.
PAGE = (
    f"{NOTHING}; img-src 'self'; style-src 'unsafe-inline'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'"
)
POLICIES = {"image/svg+xml": PICTURE, "text/html": PAGE}
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def security_headers(media: str, status: int = 200) -> dict[str, str]:
    """Those of an answer of this media type.  A 304 has none, and a browser would take its policy
    for that of the page which it has."""
    if status == 304:
        return SECURITY
    return {"Content-Security-Policy": POLICIES.get(media, NOTHING), **SECURITY}


class SecurityHeaders:
    """ASGI middleware: headers of every answer, where a route has not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                media = headers.get("content-type", "").split(";")[0]
                for name, value in security_headers(media, message["status"]).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, secured if scope["type"] == "http" else send)
