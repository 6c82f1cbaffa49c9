"""python -m migrations: brings the database that GRADARENA_DATABASE names to the newest schema."""

from pathlib import Path

from sqlalchemy.engine import make_url

from service.config import settings
from service.store import schema


def main() -> None:
    url = settings().database
    if make_url(url).get_backend_name() == "sqlite":
        Path(str(make_url(url).database)).parent.mkdir(parents=True, exist_ok=True)
    schema.upgrade_schema(url)
    print(f"The schema is at revision {schema.head_revision()}.")


if __name__ == "__main__":
    main()
