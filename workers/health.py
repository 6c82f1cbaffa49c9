"""python -m workers.health: exits with 0 if a worker of this host was heard lately, else with 1."""

import socket
import sys

from service.config import settings
from service.store import workers
from service.store.base import Sessions

from .unit_of_work import open_sessions

BEATS = 5  # that may be missed


def worker_lives(database: Sessions, hostname: str, patience: float) -> bool:
    with database.begin() as session:
        fleet = workers.fleet_views(session)
    return any(view.worker.hostname == hostname and view.silent < patience for view in fleet)


if __name__ == "__main__":
    configuration = settings()
    sys.exit(
        not worker_lives(
            open_sessions(configuration.database), socket.gethostname(), BEATS * configuration.beat
        )
    )
