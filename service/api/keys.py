"""Keys of this API, for admins."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from service import errors, keys
from service.keys import KeyRequest
from service.store.keys import list_keys
from service.submission import validate_strictly

from .bodies import body
from .deps import JSON, Admin, Asking, Reader, UnitOfWork, offers
from .lists import Listing, whole_list
from .problems import BODY_ERRORS, documented
from .repeats import SecretKey
from .schemas.keys import KeyPage, KeyShape, NewKey

router = APIRouter(prefix="/v1/keys", tags=["keys"], dependencies=[Depends(offers(JSON))])
SCHEMA = {"$ref": "#/components/schemas/KeyRequest"}
EXAMPLE = {"value": {"owner": "ada", "scope": "submit", "days": 90}}
BODY = {
    "required": True,
    "content": {"application/json": {"schema": SCHEMA, "examples": {"one": EXAMPLE}}},
}
KeyId = Annotated[UUID, Path(description="the `id` of a key, not the key")]


def wanted_key(admin: Admin, value: Annotated[Any, Depends(body)]) -> KeyRequest:
    """Raises Forbidden, Invalid."""
    return validate_strictly(KeyRequest, value)


@router.post(
    "",
    status_code=201,
    operation_id="make_key",
    openapi_extra={"requestBody": BODY},
    responses=documented(*BODY_ERRORS, errors.Forbidden, errors.KeyReused),
)
def make_key(
    wanted: Annotated[KeyRequest, Depends(wanted_key)],
    asking: Asking,
    request: Request,
    work: UnitOfWork,
    idempotency_key: SecretKey = None,
) -> NewKey:
    """Make a key.  Its text is in this answer and nowhere else; where the answer was lost, the
    same Idempotency-Key brings it again."""
    with work() as session:
        made = NewKey.made(keys.make_key(session, wanted, asking.owner, idempotency_key))
    request.app.state.ring.forget()
    return made


@router.get(
    "",
    operation_id="list_keys",
    response_model=KeyPage,
    responses=documented(errors.Forbidden),
)
def get_keys(
    admin: Admin,
    session: Reader,
    asked: Annotated[Listing, Depends(whole_list(KeyShape, "id", "created_at", "owner"))],
) -> Response:
    """All keys that ever were made, those of the key file left out."""
    return asked.answer(KeyPage, map(KeyShape.of, list_keys(session)))


@router.post(
    "/{key_id}/revoke",
    operation_id="revoke_key",
    responses=documented(errors.Forbidden, errors.NotFound, errors.Invalid),
)
def revoke_key(key_id: KeyId, admin: Admin, request: Request, work: UnitOfWork) -> KeyShape:
    """The key opens no more, within some seconds everywhere.  Twice changes nothing."""
    with work() as session:
        shape = KeyShape.of(keys.revoke_key(session, key_id))
    request.app.state.ring.forget()
    return shape
