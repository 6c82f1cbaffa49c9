"""The application: ``create_app(settings)``, and ``app`` for uvicorn.  It never loads torch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from service.config import Settings, settings
from service.store.base import open_engine, reading_engine, session_factory

from . import (
    benchmarks,
    catalogue,
    comparisons,
    events,
    health,
    jobs,
    leaderboards,
    openapi,
    pages,
    problem_pages,
    problems,
    runs,
    suite_jobs,
    suites,
    workers,
)
from .requests import RequestIds

PARTS = (
    jobs,
    events,
    runs,
    catalogue,
    leaderboards,
    comparisons,
    benchmarks,
    suites,
    suite_jobs,
    workers,
    health,
    problem_pages,
    pages,
)
# Kept open, and as many again at need: together the threads that serve requests.
CONNECTIONS = 20


def create_app(settings: Settings) -> FastAPI:
    """An application on these settings' database."""
    app = FastAPI(
        title="Gradient Arena",
        version=version("gradarena"),
        responses=problems.EVERYWHERE,
        docs_url=None,
        redoc_url=None,
        lifespan=app_lifespan,
    )
    app.state.settings = settings
    app.state.engine = open_engine(settings.database, **pool_sizes(settings.database))
    app.state.sessions = session_factory(app.state.engine)
    app.state.readers = session_factory(reading_engine(app.state.engine))
    app.add_middleware(RequestIds)
    problems.handle_errors(app)
    for part in PARTS:
        app.include_router(part.router)
    app.openapi = lambda: openapi.openapi_document(app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def app_lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.engine.dispose()


def pool_sizes(url: str) -> dict[str, int]:
    return {"pool_size": CONNECTIONS, "max_overflow": CONNECTIONS}


app = create_app(settings())
