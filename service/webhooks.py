"""Use cases: webhooks are made, listed and taken away; messages are written and signed.

Messages have the form of Standard Webhooks (standardwebhooks.com): the receiver checks a
signature over the message's id, the time and the body.  They go to hosts alone that whoever runs
the service lists, so that nobody sends the service to addresses inside its own network.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from estimators.specs.base import Spec

from .config import Settings
from .errors import Conflict, Fault, Forbidden, KeyReused, NotFound
from .jobs import find_job
from .repeated import secret_bytes
from .store import webhooks as store
from .store.base import Sessions
from .store.entry_models import Entry
from .store.models import Json
from .store.states import EntryState
from .store.webhook_models import Webhook

MARK = "whsec_"
SCHEMES = ("http", "https")
MOST = 20  # of an owner
# messages that one round writes
ROUND = 100


class WebhookRequest(Spec):
    """An address that is to be told."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://lab.example.org/arena"}]}
    )

    url: str = Field(
        max_length=500,
        pattern=r"^https?://[A-Za-z0-9.:\[\]-]+(/[!-~]*)?$",
        description="of a host that this service may call",
    )


def add_webhook(
    session: Session,
    settings: Settings,
    owner: str,
    wanted: WebhookRequest,
    idempotency_key: str | None = None,
) -> Webhook:
    """Tells an owner's jobs and entries that end from now on; an Idempotency-Key makes one.
    Raises Forbidden, Conflict, KeyReused."""
    check_address(wanted.url, settings)
    hooks = store.list_webhooks(session, owner)
    secret = secret_text(secret_bytes(24, owner, "webhook", idempotency_key))
    if made := next((hook for hook in hooks if hook.secret == secret), None):
        if made.url != wanted.url:
            raise KeyReused("This Idempotency-Key made another webhook.")
        return made
    if len(hooks) >= MOST:
        raise Conflict(f"An owner has {MOST} webhooks at most.")
    return store.add_webhook(session, owner, wanted.url, secret)


def check_address(url: str, settings: Settings) -> None:
    """Raises Forbidden where the service may not send there."""
    if why := refused_address(url, settings):
        fix = f"Hosts that may be called: {settings.webhook_hosts or 'none'}."
        raise Forbidden(why, [Fault(why, pointer="/url", fix=fix)])


def refused_address(url: str, settings: Settings) -> str | None:
    """Why the service may not send there; None where it may."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "That is no address."
    if parts.scheme not in SCHEMES or not parts.hostname or parts.username or parts.password:
        return "An address begins with https:// or http:// and a host."
    allowed = {host.strip().lower() for host in settings.webhook_hosts.split(",")} - {""}
    name = parts.hostname if port is None else f"{parts.hostname}:{port}"
    if name not in allowed:
        return f"{name} is none of the hosts that GRADARENA_WEBHOOK_HOSTS lists."
    return None


def find_webhook(session: Session, owner: str, webhook_id: UUID) -> Webhook:
    """Raises NotFound, for those of others too."""
    if (hook := store.find_webhook(session, owner, webhook_id)) is None:
        raise NotFound(f"There is no webhook {webhook_id} of yours.")
    return hook


def secret_text(secret: bytes) -> str:
    return MARK + base64.b64encode(secret).decode()


def signed_headers(message_id: str, at: int, body: bytes, secret: str) -> dict[str, str]:
    """The three headers that say what a message is, when it was sent, and that we sent it."""
    key = base64.b64decode(secret.removeprefix(MARK))
    text = f"{message_id}.{at}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{signature}",
    }


def message_text(body: Json) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def write_messages(sessions: Sessions) -> None:
    """Messages of all that has ended and is told to nobody yet."""
    with sessions.begin() as session:
        for hook, job in store.untold_jobs(session, ROUND):
            store.add_delivery(session, hook, job.id, job.version, job_message(session, job.id))
        for hook, entry in store.untold_entries(session, ROUND):
            version = 2 if entry.state == EntryState.WITHDRAWN else 1
            store.add_delivery(session, hook, entry.id, version, entry_message(entry))


def job_message(session: Session, job_id: UUID) -> Json:
    view = find_job(session, job_id)
    data = {
        "id": str(job_id),
        "state": view.state,
        "counts": dict(view.counts),
        "labels": dict(view.job.labels),
        "benchmark_id": view.job.benchmark_id,
        "job": f"/v1/jobs/{job_id}",
    }
    return _message("job.ended", data, view.finished_at)


def entry_message(entry: Entry) -> Json:
    data = {
        "id": str(entry.id),
        "benchmark": entry.protocol_id,
        "estimator": entry.estimator,
        "state": entry.state,
        "reason": entry.reason,
        "entry": f"/v1/benchmarks/{entry.protocol_id}/entries/{entry.id}",
    }
    return _message("entry.ended", data, entry.ended_at)


def _message(type: str, data: Json, at: float | None) -> Json:
    moment = datetime.fromtimestamp(at or 0.0, UTC).isoformat()
    return {"type": type, "timestamp": moment, "data": data}
