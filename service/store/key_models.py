"""Keys of the API.  A row stays when its key is revoked, so that one can see who had which."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .models import Base, Created, Id, Real


class ApiKey(Base):
    """What may be shown of a key, and the SHA-256 that it is known by."""

    __tablename__ = "api_keys"
    id: Mapped[Id]
    owner: Mapped[str]
    scope: Mapped[str]  # see service.access.Scope
    hint: Mapped[str]  # its first characters
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[Created]
    expires_at: Mapped[Real | None]
    revoked_at: Mapped[Real | None]
    __table_args__ = (
        CheckConstraint("scope IN ('read', 'submit', 'priority', 'admin')", name="scope_known"),
    )
