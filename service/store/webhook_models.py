"""Who is told of what ended, and every message that was sent or waits to be."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from .models import Base, Created, Id, Json, Real

WAITS = text("state = 'waiting'")


class Webhook(Base):
    """An address that is told of an owner's jobs and entries from now on."""

    __tablename__ = "webhooks"
    id: Mapped[Id]
    owner: Mapped[str] = mapped_column(index=True)
    url: Mapped[str]
    # what messages are signed with; whoever reads the database can sign
    secret: Mapped[str]
    created_at: Mapped[Created]


class Delivery(Base):
    """One message to one address.  It waits, until it was delivered or has failed for good."""

    __tablename__ = "deliveries"
    id: Mapped[Id]
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id"))
    # the job or entry that it tells of, at which version: told once to each address
    subject: Mapped[UUID]
    version: Mapped[int]
    body: Mapped[Json]
    state: Mapped[str] = mapped_column(server_default="waiting")
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    # when it is to be tried next, or was last
    due_at: Mapped[Real]
    # how the last try ended: a status, or why there is none
    outcome: Mapped[str | None]
    created_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint("webhook_id", "subject", "version"),
        CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state_known"),
        Index(None, "due_at", sqlite_where=WAITS, postgresql_where=WAITS),
    )
