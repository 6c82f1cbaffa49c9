"""Keys, as they go out."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.keys import MadeKey
from service.scopes import Scope
from service.store.key_models import ApiKey

from .base import Answer, FieldPage, fields_of, moment


class KeyShape(Answer):
    """What may be shown of a key."""

    id: UUID
    owner: str
    scope: Scope
    hint: str = Field(description="its first characters")
    created_at: datetime
    expires_at: datetime | None = Field(description="null where it opens for good")
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: ApiKey) -> "KeyShape":
        times = {
            name: None if (at := getattr(row, name)) is None else moment(at)
            for name in ("created_at", "expires_at", "revoked_at")
        }
        return cls(**fields_of(row, "id", "owner", "scope", "hint"), **times)


class NewKey(KeyShape):
    """A key that was just made."""

    key: str = Field(description="told this once: only its digest is stored")

    @classmethod
    def made(cls, made: MadeKey) -> "NewKey":
        return cls(key=made.key, **KeyShape.of(made.row).model_dump())


class KeyPage(FieldPage[KeyShape]):
    """All keys that ever were made, the oldest first."""
