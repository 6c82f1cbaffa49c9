"""Use cases: keys are made, listed and revoked.  Each is inside the caller's unit of work."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from estimators.specs.base import Spec

from . import access
from .errors import KeyReused, NotFound
from .repeated import secret_bytes
from .scopes import Scope
from .store import keys as store
from .store.key_models import ApiKey

HINT, DAY = 7, 86400.0
Owner = Annotated[
    str,
    Field(
        min_length=1,
        max_length=63,
        pattern=r"^[A-Za-z0-9_.@-]+$",
        description="whose jobs its jobs are",
    ),
]


class KeyRequest(Spec):
    """A key that is wanted."""

    owner: Owner
    scope: Scope = Field(Scope.SUBMIT, description="each includes those before it")
    days: float | None = Field(
        None, gt=0, le=36500, description="for which it opens; for good if not said"
    )


@dataclass(frozen=True)
class MadeKey:
    """A key, told this once, and what is stored of it."""

    key: str
    row: ApiKey


def make_key(
    session: Session, wanted: KeyRequest, maker: str = "", idempotency_key: str | None = None
) -> MadeKey:
    """An Idempotency-Key of who makes it makes one key.  Raises KeyReused where it came with
    another request."""
    key = access.key_text(secret_bytes(32, maker, "key", idempotency_key))
    digest = access.key_digest(key)
    if idempotency_key and (made := store.find_key(session, digest)):
        if not is_wanted(made, wanted):
            raise KeyReused("This Idempotency-Key made another key.")
        return MadeKey(key, made)
    row = store.add_key(session, wanted.owner, wanted.scope, key[:HINT], digest, wanted.days)
    return MadeKey(key, row)


def is_wanted(row: ApiKey, wanted: KeyRequest) -> bool:
    """Whether a key is as this request wants one."""
    lasts = None if row.expires_at is None else row.expires_at - row.created_at
    days = None if lasts is None else round(lasts / DAY, 6)
    asked = None if wanted.days is None else round(wanted.days, 6)
    return (row.owner, row.scope, days) == (wanted.owner, wanted.scope, asked)


def revoke_key(session: Session, key_id: UUID) -> ApiKey:
    """Raises NotFound."""
    if (row := store.revoke_key(session, key_id)) is None:
        raise NotFound(f"There is no key {key_id}.")
    return row
