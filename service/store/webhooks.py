"""Webhooks: who is told, what there is to tell, and how each try ended.

What there is to tell follows from jobs and entries themselves, so that nothing is lost where a
process dies: whatever has ended and is not told of yet is found again.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, case, delete, exists, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from .base import add_row, database_time, insert_statement
from .entry_models import Entry
from .models import Job, Json, Run
from .states import LIVE, OPEN, EntryState
from .webhook_models import Delivery, Webhook

WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
# an entry is told of when it ends, and when it is withdrawn after that
ENTRY_VERSION = case((Entry.state == EntryState.WITHDRAWN, 2), else_=1)
# seconds that a try may take before another dispatcher makes it again
CLAIM = 60.0
# waits after each try that came to nothing, in seconds, for a day in all
WAITS = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0)


def add_webhook(session: Session, owner: str, url: str, secret: str) -> Webhook:
    return add_row(session, Webhook(owner=owner, url=url, secret=secret))


def list_webhooks(session: Session, owner: str) -> list[Webhook]:
    """An owner's, the oldest first."""
    mine = select(Webhook).where(Webhook.owner == owner)
    return list(session.scalars(mine.order_by(Webhook.id)))


def find_webhook(session: Session, owner: str, webhook_id: UUID) -> Webhook | None:
    mine = select(Webhook).where(Webhook.id == webhook_id, Webhook.owner == owner)
    return session.scalars(mine).one_or_none()


def delete_webhook(session: Session, webhook: Webhook) -> None:
    """With its log."""
    session.execute(delete(Delivery).where(Delivery.webhook_id == webhook.id))
    session.delete(webhook)


def list_deliveries(
    session: Session, webhook_id: UUID, limit: int, cursor: UUID | None = None
) -> list[Delivery]:
    """The newest first; those that follow ``cursor``."""
    log = select(Delivery).where(Delivery.webhook_id == webhook_id)
    if cursor:
        log = log.where(Delivery.id < cursor)
    return list(session.scalars(log.order_by(Delivery.id.desc()).limit(limit)))


def untold_jobs(session: Session, limit: int) -> list[tuple[UUID, Job]]:
    """(webhook, job): jobs that have ended since the webhook is there, and are not told of."""
    ended = ~exists().where(Run.job_id == Job.id, Run.state == LIVE)
    sent = _message_exists(Job.id, Job.version)
    pairs = select(Webhook.id, Job).join(Job, Job.owner == Webhook.owner)
    fresh = pairs.where(Job.created_at >= Webhook.created_at, ended, ~sent)
    return [(hook, job) for hook, job in session.execute(fresh.order_by(Job.id).limit(limit))]


def untold_entries(session: Session, limit: int) -> list[tuple[UUID, Entry]]:
    """The same of entries, which may be withdrawn after they have ended."""
    ended = Entry.state.not_in(OPEN)
    sent = _message_exists(Entry.id, ENTRY_VERSION)
    pairs = select(Webhook.id, Entry).join(Entry, Entry.owner == Webhook.owner)
    fresh = pairs.where(Entry.created_at >= Webhook.created_at, ended, ~sent)
    return [(hook, entry) for hook, entry in session.execute(fresh.order_by(Entry.id).limit(limit))]


def _message_exists(
    subject: SQLColumnExpression[UUID], version: SQLColumnExpression[int]
) -> ColumnElement[bool]:
    return exists().where(
        Delivery.webhook_id == Webhook.id,
        Delivery.subject == subject,
        Delivery.version == version,
    )


def add_delivery(
    session: Session, webhook_id: UUID, subject: UUID, version: int, body: Json
) -> None:
    """A message that waits; one that is there already stays."""
    row = dict(webhook_id=webhook_id, subject=subject, version=version, body=body)
    row |= {"id": uuid7(), "due_at": database_time(), "created_at": database_time()}
    session.execute(insert_statement(session, Delivery).values(row).on_conflict_do_nothing())


class Due(NamedTuple):
    """A message to be sent now."""

    id: UUID
    url: str
    secret: str
    body: Json
    tries: int


def claim_delivery(session: Session) -> Due | None:
    """The message that has waited for longest, for ``CLAIM`` seconds this dispatcher's alone: where
    it dies, another sends it again."""
    due = select(Delivery.id).where(Delivery.state == WAITING, Delivery.due_at <= database_time())
    one = due.order_by(Delivery.due_at).limit(1).with_for_update(skip_locked=True)
    delivery = session.scalar(
        update(Delivery)
        .where(Delivery.id == one.scalar_subquery(), Delivery.state == WAITING)
        .values(due_at=database_time() + CLAIM, tries=Delivery.tries + 1)
        .returning(Delivery)
    )
    if delivery is None:
        return None
    hook = session.get_one(Webhook, delivery.webhook_id)
    return Due(delivery.id, hook.url, hook.secret, delivery.body, delivery.tries)


def end_try(session: Session, due: Due, outcome: str, delivered: bool) -> None:
    """How a try ended; one that came to nothing is made again after a wait, as long as there are
    waits."""
    over = due.tries > len(WAITS)
    state = DELIVERED if delivered else FAILED if over else WAITING
    wait = 0.0 if delivered or over else WAITS[due.tries - 1]
    session.execute(
        update(Delivery)
        .where(Delivery.id == due.id, Delivery.tries == due.tries)
        .values(state=state, outcome=outcome[:200], due_at=database_time() + wait)
    )
