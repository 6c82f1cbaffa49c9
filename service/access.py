"""Keys, and the ring of those that open now.

A key is told once, when it is made; what is stored is its SHA-256.
"""

import hashlib
import logging
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from time import monotonic
from time import time as wall_time

from sqlalchemy.exc import SQLAlchemyError

from .config import Settings
from .scopes import Identity, Scope
from .store import keys as store
from .store.base import Sessions
from .store.key_models import ApiKey

log = logging.getLogger(__name__)
# seconds for which the ring is not looked up again: a key that was revoked may still open
FRESH = 5.0
# and where a key is not in it: a key that was made may not open yet
STRANGE = 1.0


@dataclass(frozen=True)
class Opening:
    """An identity, and until when its key opens, in seconds since 1970; None: for good."""

    identity: Identity
    until: float | None = None


class KeyFileError(ValueError):
    """A line of the key file cannot be read."""


def key_text(secret: bytes) -> str:
    return f"ga_{urlsafe_b64encode(secret).decode().rstrip('=')}"


def key_digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def read_key_lines(text: str) -> dict[str, Opening]:
    """Openings by digest, from lines OWNER SHA256 [SCOPE [YYYY-MM-DD]]; # starts a comment.

    The scope is submit where none is said.  Raises KeyFileError with the number of the line.
    """
    openings = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].split()
        if words:
            try:
                digest, opening = _read_key_line(*words)
            except (TypeError, ValueError) as error:
                wanted = "OWNER SHA256 [SCOPE [YYYY-MM-DD]]"
                raise KeyFileError(
                    f"Line {number} of the key file is not {wanted}: {error}"
                ) from None
            openings[digest] = opening
    return openings


def _read_key_line(
    owner: str, digest: str, scope: str = Scope.SUBMIT, last_day: str = ""
) -> tuple[str, Opening]:
    if len(digest) != 64 or not set(digest.lower()) <= set("0123456789abcdef"):
        raise ValueError("the second word is no SHA-256 in hex")
    until = None
    if last_day:
        until = datetime.combine(date.fromisoformat(last_day), time.max, UTC).timestamp()
    return digest.lower(), Opening(Identity(owner, Scope(scope)), until)


class KeyRing:
    """The keys that open now, those of the file and those of the database."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        """Raises KeyFileError."""
        self.asked_for = settings.asks_keys
        self.of_file = read_key_lines(settings.api_keys)
        self.sessions, self.of_store = sessions, dict[str, Opening]()
        self.looked = -FRESH

    def find(self, key: str) -> Identity | None:
        """Whose key it is, as the ring was last looked up."""
        digest = key_digest(key)
        opening = self.of_store.get(digest) or self.of_file.get(digest)
        if opening is None or (opening.until is not None and opening.until < wall_time()):
            return None
        return opening.identity

    def is_stale(self, key: str) -> bool:
        """Whether to look the ring up before one looks for this key."""
        age = monotonic() - self.looked
        return age > (STRANGE if self.find(key) is None else FRESH)

    def look_up(self) -> None:
        """A database that is away changes nothing."""
        self.looked = monotonic()
        try:
            with self.sessions.begin() as session:
                self.of_store = dict(_stored_openings(store.active_keys(session)))
        except SQLAlchemyError as error:
            log.warning("keys: %s", getattr(error, "orig", error))

    def forget(self) -> None:
        """A key was made or revoked: the next request looks."""
        self.looked = -FRESH


def _stored_openings(keys: list[ApiKey]) -> Iterator[tuple[str, Opening]]:
    for key in keys:
        yield key.digest, Opening(Identity(key.owner, Scope(key.scope)), key.expires_at)
