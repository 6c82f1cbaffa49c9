"""Keys of the API: made, listed, revoked."""

from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from .base import add_row, database_time
from .key_models import ApiKey


def add_key(
    session: Session, owner: str, scope: str, hint: str, digest: str, days: float | None = None
) -> ApiKey:
    """Stores a key by its digest; it opens for so many days, or for good."""
    expires = None if days is None else database_time() + days * 86400.0
    row = ApiKey(owner=owner, scope=scope, hint=hint, digest=digest, expires_at=expires)
    add_row(session, row)
    session.refresh(row)
    return row


def find_key(session: Session, digest: str) -> ApiKey | None:
    """Whether it opens or not."""
    return session.scalars(select(ApiKey).where(ApiKey.digest == digest)).one_or_none()


def list_keys(session: Session) -> list[ApiKey]:
    """All keys that ever were, the oldest first."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.id)))


def active_keys(session: Session) -> list[ApiKey]:
    """Those that open."""
    lives = or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > database_time())
    return list(session.scalars(select(ApiKey).where(ApiKey.revoked_at.is_(None), lives)))


def revoke_key(session: Session, key_id: UUID) -> ApiKey | None:
    """The key opens no more; None where there is none.  Twice changes nothing."""
    first = func.coalesce(ApiKey.revoked_at, database_time())
    return session.scalar(
        update(ApiKey).where(ApiKey.id == key_id).values(revoked_at=first).returning(ApiKey)
    )
