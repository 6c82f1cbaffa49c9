"""Webhooks: addresses that are told of what ended."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from service import errors, webhooks
from service.store import webhooks as store
from service.submission import validate_strictly
from service.webhooks import WebhookRequest

from .bodies import body
from .cursors import IdCursor, Limit, decode_cursor, encode_cursor, first_page
from .deps import JSON, AppSettings, Owner, Reader, UnitOfWork, offers
from .lists import Listing, chosen_fields, list_answer, whole_list
from .problems import BODY_ERRORS, documented
from .repeats import SecretKey
from .schemas.webhooks import DeliveryPage, DeliveryShape, NewWebhook, WebhookPage, WebhookShape

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
NEGOTIATED = [Depends(offers(JSON))]
BODY = {
    "required": True,
    "content": {JSON: {"schema": WebhookRequest.model_json_schema()}},
}
GONE = documented(errors.Forbidden, errors.NotFound, errors.Invalid)
WebhookId = Annotated[UUID, Path(description="the `id` of a webhook of yours")]


def wanted_webhook(value: Annotated[Any, Depends(body)]) -> WebhookRequest:
    """Raises Invalid."""
    return validate_strictly(WebhookRequest, value)


@router.post(
    "",
    status_code=201,
    operation_id="make_webhook",
    openapi_extra={"requestBody": BODY},
    responses=documented(*BODY_ERRORS, errors.Conflict, errors.KeyReused),
    dependencies=NEGOTIATED,
)
def make_webhook(
    wanted: Annotated[WebhookRequest, Depends(wanted_webhook)],
    owner: Owner,
    work: UnitOfWork,
    settings: AppSettings,
    idempotency_key: SecretKey = None,
) -> NewWebhook:
    """Tell an address of your jobs and entries that end from now on.

    Messages are signed as Standard Webhooks says, with a secret that is in this answer alone.
    """
    with work() as session:
        hook = webhooks.add_webhook(session, settings, owner, wanted, idempotency_key)
        return NewWebhook.made(hook)


@router.get("", operation_id="list_webhooks", response_model=WebhookPage, dependencies=NEGOTIATED)
def get_webhooks(
    owner: Owner,
    session: Reader,
    asked: Annotated[Listing, Depends(whole_list(WebhookShape, "id", "created_at", "url"))],
) -> Response:
    """Your webhooks, the oldest first."""
    return asked.answer(WebhookPage, map(WebhookShape.of, store.list_webhooks(session, owner)))


@router.get(
    "/{webhook_id}/deliveries",
    operation_id="list_deliveries",
    response_model=DeliveryPage,
    responses=GONE,
    dependencies=NEGOTIATED,
)
def get_deliveries(
    webhook_id: WebhookId,
    owner: Owner,
    session: Reader,
    request: Request,
    fields: Annotated[list[str] | None, Depends(chosen_fields(DeliveryShape, "id"))],
    cursor: IdCursor = None,
    limit: Limit = 50,
) -> Response:
    """The log of a webhook: its messages, the newest first, and how their tries ended."""
    hook = webhooks.find_webhook(session, owner, webhook_id)
    start = decode_cursor(cursor) if cursor else None
    rows, last = first_page(store.list_deliveries(session, hook.id, limit + 1, start), limit)
    more = encode_cursor(last.id) if last else None
    page = DeliveryPage(data=[DeliveryShape.of(row) for row in rows], next_cursor=more)
    return list_answer(request, page, fields)


@router.delete("/{webhook_id}", status_code=204, operation_id="delete_webhook", responses=GONE)
def remove_webhook(webhook_id: WebhookId, owner: Owner, work: UnitOfWork) -> Response:
    """Take a webhook away, with its log."""
    with work() as session:
        store.delete_webhook(session, webhooks.find_webhook(session, owner, webhook_id))
    return Response(status_code=204)
