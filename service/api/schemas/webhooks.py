"""Webhooks and their log, as they go out."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from service.store.webhook_models import Delivery, Webhook

from .base import Answer, FieldPage, fields_of, moment


class WebhookShape(Answer):
    """An address that is told."""

    id: UUID
    url: str
    created_at: datetime

    @classmethod
    def of(cls, row: Webhook) -> "WebhookShape":
        return cls(**fields_of(row, "id", "url"), created_at=moment(row.created_at))


class NewWebhook(WebhookShape):
    """A webhook that was just made."""

    secret: str = Field(description="that its messages are signed with; told this once")

    @classmethod
    def made(cls, row: Webhook) -> "NewWebhook":
        return cls(secret=row.secret, **WebhookShape.of(row).model_dump())


class WebhookPage(FieldPage[WebhookShape]):
    """Yours, the oldest first."""


class DeliveryShape(Answer):
    """A message, and how its tries ended."""

    id: UUID
    state: Literal["waiting", "delivered", "failed"]
    tries: int
    outcome: str | None = Field(description="of the last try: a status, or why there is none")
    due_at: datetime = Field(description="when it is tried next, or was last")
    created_at: datetime
    body: dict[str, Any]

    @classmethod
    def of(cls, row: Delivery) -> "DeliveryShape":
        about = fields_of(row, "id", "state", "tries", "outcome", "body")
        return cls(**about, due_at=moment(row.due_at), created_at=moment(row.created_at))


class DeliveryPage(FieldPage[DeliveryShape]):
    """The newest messages first."""
