"""Sends what webhooks wait for: messages are written from the database, signed, tried again.

A part of the dispatcher, in a thread of its own: a slow receiver holds up nothing else.  No
redirect is followed and no proxy is asked, so that a message goes where an admin allowed it alone.
"""

import logging
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event
from time import time
from urllib.parse import urlsplit

from sqlalchemy.exc import OperationalError

from service import webhooks
from service.config import Settings
from service.store import webhooks as store
from service.store.base import Sessions
from service.store.liveliness import has_receivers
from service.store.webhooks import Due

log = logging.getLogger(__name__)
PATIENCE = 10.0  # seconds of a receiver
AGENT = "gradarena-webhooks"


class WebhookSender:
    """One round after the other, until it is told to stop."""

    def __init__(self, database: Sessions, settings: Settings) -> None:
        self.database, self.settings = database, settings

    def run(self, stop: Event) -> None:
        while not stop.wait(self.settings.tick):
            try:
                self.round()
            except OperationalError as error:
                log.warning("database: %s", error.orig)
            except Exception:
                log.exception("webhooks")

    def round(self) -> None:
        """Writes messages, and sends those that are due, where anybody wants any."""
        with self.database.begin() as session:
            if not has_receivers(session):
                return
        webhooks.write_messages(self.database)
        while due := self._claim():
            outcome, delivered = self.send(due)
            with self.database.begin() as session:
                store.end_try(session, due, outcome, delivered)
            log.info("webhook %s: %s", due.id, outcome)

    def _claim(self) -> Due | None:
        with self.database.begin() as session:
            return store.claim_delivery(session)

    def send(self, due: Due) -> tuple[str, bool]:
        """How it went, and whether it was taken."""
        if why := webhooks.refused_address(due.url, self.settings):
            return why, False
        body = webhooks.message_text(due.body)
        headers = webhooks.signed_headers(f"msg_{due.id}", int(time()), body, due.secret)
        try:
            status = post_message(due.url, body, headers)
        except (OSError, HTTPException) as error:
            return f"{type(error).__name__}: {error}", False
        return f"status {status}", 200 <= status < 300


def post_message(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer, whose body nobody reads.  Raises OSError, HTTPException."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(str(parts.hostname), parts.port, timeout=PATIENCE)
    about = {"Content-Type": "application/json", "User-Agent": AGENT}
    target = parts.path or "/"
    try:
        connection.request(
            "POST", f"{target}?{parts.query}" if parts.query else target, body, about | headers
        )
        return connection.getresponse().status
    finally:
        connection.close()
