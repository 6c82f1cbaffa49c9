"""Whether a database is of a later version than this code, by Alembic, which runners do without."""

import logging
import sys

from sqlalchemy.exc import OperationalError

from service.store import schema
from service.store.base import Sessions

log = logging.getLogger(__name__)


def refuse_newer_schema(database: Sessions) -> None:
    """Ends this process where a later version has upgraded the database; one that is away is
    waited for elsewhere."""
    try:
        with database.begin() as session:
            schema.check_known(session.get_bind().engine)
    except schema.TooNew as error:
        sys.exit(str(error))
    except OperationalError as error:
        log.warning("database: %s", error.orig)
