"""Use cases: keys are made, listed and revoked.  Each is inside the caller's unit of work."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from estimators.specs.base import Spec

from . import access
from .errors import NotFound
from .scopes import Scope
from .store import keys as store
from .store.key_models import ApiKey

HINT = 7
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


def make_key(session: Session, wanted: KeyRequest) -> MadeKey:
    key = access.new_key()
    digest = access.key_digest(key)
    row = store.add_key(session, wanted.owner, wanted.scope, key[:HINT], digest, wanted.days)
    return MadeKey(key, row)


def revoke_key(session: Session, key_id: UUID) -> ApiKey:
    """Raises NotFound."""
    if (row := store.revoke_key(session, key_id)) is None:
        raise NotFound(f"There is no key {key_id}.")
    return row
