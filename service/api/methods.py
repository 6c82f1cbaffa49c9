"""HEAD is answered wherever GET is: with the headers alone."""

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HANG_UP: Message = {"type": "http.disconnect"}


class HeadRequests:
    """ASGI middleware: what GET would answer, without its body; an endless one is cut at once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)
        ended = False

        async def headers_only(message: Message) -> None:
            nonlocal ended
            if ended:
                raise ClientDisconnect
            ended = message["type"] == "http.response.body"
            await send({**message, "body": b"", "more_body": False} if ended else message)

        async def hang_up() -> Message:
            return HANG_UP if ended else await receive()

        try:
            await self.app({**scope, "method": "GET"}, hang_up, headers_only)
        except ClientDisconnect:
            return
