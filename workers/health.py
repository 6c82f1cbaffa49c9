"""python -m workers.health: exits with 0 if a worker of this host was heard lately, else with 1."""

import socket
import sys

from service.config import settings
from service.store import workers
from service.store.base import Sessions

from .edge import database

BEATS = 5  # that may be missed


def lives(database: Sessions, hostname: str, patience: float) -> bool:
    with database.begin() as session:
        fleet = workers.fleet(session)
    return any(view.worker.hostname == hostname and view.silent < patience for view in fleet)


if __name__ == "__main__":
    known = settings()
    sys.exit(not lives(database(known.database), socket.gethostname(), BEATS * known.beat))
