"""What routes ask for: a unit of work, the owner, the media type that the client wants.

What only looks something up is a coroutine: of functions, each would have a thread wait its turn.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from service import errors
from service.config import Settings
from service.scopes import Identity, Scope
from service.shared_writes import SharedWriter

JSON, CSV, MARKDOWN, STREAM = "application/json", "text/csv", "text/markdown", "text/event-stream"


Work = Callable[[], AbstractContextManager[Session]]


async def unit_of_work(request: Request) -> Work:
    """``with work() as session:`` one session a request, committed at the end or rolled back.

    The route opens it, so that no lock waits while threads change hands.
    """
    work: Work = request.app.state.sessions.begin
    return work


async def read_sessions(request: Request) -> Work:
    """``with readers() as session:`` for looking only, where not every request looks."""
    work: Work = request.app.state.readers.begin
    return work


def read_session(request: Request) -> Iterator[Session]:
    """One session a request, for looking only."""
    with request.app.state.readers.begin() as session:
        yield session


Readers = Annotated[Work, Depends(read_sessions)]
Reader = Annotated[Session, Depends(read_session, scope="function")]
UnitOfWork = Annotated[Work, Depends(unit_of_work)]


async def submission_writer(request: Request) -> SharedWriter[Any, Any]:
    """Where orders are handed in that share a transaction with those that come meanwhile."""
    writer: SharedWriter[Any, Any] = request.app.state.writer
    return writer


Writer = Annotated[SharedWriter[Any, Any], Depends(submission_writer)]


async def app_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


AppSettings = Annotated[Settings, Depends(app_settings)]


async def request_identity(request: Request) -> Identity:
    """Who asks, as `access.AccessGuard` has found out."""
    identity: Identity = request.state.identity
    return identity


Asking = Annotated[Identity, Depends(request_identity)]


async def request_owner(asking: Asking) -> str:
    """Whose request it is."""
    return asking.owner


Owner = Annotated[str, Depends(request_owner)]


async def request_admin(asking: Asking) -> str:
    """The same where it is an admin's; raises Forbidden.  Without keys everybody is."""
    if not asking.may(Scope.ADMIN):
        raise errors.Forbidden(f"{asking.owner} is no admin here.")
    return asking.owner


Admin = Annotated[str, Depends(request_admin)]


def offers(*types: str) -> Callable[[Request], Awaitable[str]]:
    """A dependency: `preferred_type` of these."""

    async def negotiate(request: Request) -> str:
        return preferred_type(request, *types)

    return negotiate


def asked_type(request: Request, name: str | None, types: Mapping[str, str]) -> str:
    """The media type of a name; without one, `preferred_type` of all there are."""
    return types[name] if name else preferred_type(request, *types.values())


def preferred_type(request: Request, *types: str) -> str:
    """Which of these media types the client likes best; the first if it does not care.  Raises
    NotAcceptable."""
    quality = {kind: accepted_quality(request, kind) for kind in types}
    best = max(types, key=lambda kind: quality[kind])
    if quality[best] == 0:
        raise errors.NotAcceptable(f"This comes as {' or '.join(types)}.")
    return best


def accepted_quality(request: Request, kind: str) -> float:
    """How much the client likes a media type, from 0 to 1."""
    accepted = accepted_types(", ".join(request.headers.getlist("accept")) or "*/*")
    return max([q for pattern, q in accepted if type_fits(pattern, kind)], default=0.0)


def accepted_types(header: str) -> list[tuple[str, float]]:
    """(pattern, quality) of every member of an Accept header; what cannot be read counts as 1."""
    types = []
    for member in header.split(","):
        pattern, *parameters = (part.strip().lower() for part in member.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        types.append((pattern, float(quality) if quality.replace(".", "", 1).isdecimal() else 1.0))
    return types


def type_fits(pattern: str, kind: str) -> bool:
    return pattern in ("*/*", kind, kind.split("/")[0] + "/*")
