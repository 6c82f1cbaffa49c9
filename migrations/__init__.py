"""The schema's history, as Alembic revisions.  `python -m migrations` goes to the newest."""
