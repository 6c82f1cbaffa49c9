"""The application: ``create_app(settings)``, and ``app`` for uvicorn.  It never loads torch."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import APIRouter, Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.routing import iter_route_contexts
from prometheus_client import CollectorRegistry

from service.access import KeyRing
from service.config import Settings, settings
from service.shared_writes import SharedWriter
from service.store.base import open_engine, reading_engine, session_factory
from service.store.quotas import Quota

from . import (
    benchmark_findings,
    benchmark_pages,
    benchmarks,
    catalogue,
    comparison_pages,
    comparisons,
    docs,
    entry_pages,
    estimator_pages,
    events,
    extensions,
    fleet_pages,
    form_pages,
    health,
    job_changes,
    job_lists,
    job_pages,
    jobs,
    keys,
    leaderboards,
    metrics,
    openapi,
    pages,
    problem_pages,
    problems,
    runs,
    scripts,
    standings,
    suite_jobs,
    suites,
    validation,
    webhooks,
    workers,
)
from .access import AccessGuard
from .guards import BrowserGuard, listed_words
from .headers import SecurityHeaders
from .methods import HeadRequests
from .parameters import strict_parameters
from .requests import RequestIds
from .warming import Warming

PARTS = (
    job_lists,
    jobs,
    extensions,
    job_changes,
    validation,
    events,
    runs,
    catalogue,
    leaderboards,
    comparisons,
    benchmarks,
    benchmark_findings,
    suites,
    suite_jobs,
    workers,
    keys,
    webhooks,
    health,
    metrics,
    problem_pages,
    standings,
    benchmark_pages,
    comparison_pages,
    estimator_pages,
    fleet_pages,
    form_pages,
    entry_pages,
    pages,
    job_pages,
    scripts,
    docs,
)
# What pages of other origins may read of an answer.
EXPOSED = ["ETag", "Link", "Location", "Retry-After", "RateLimit", "X-Request-ID"]
# Kept open, and as many again at need: together the threads that serve requests.
CONNECTIONS = 20


def all_routes() -> APIRouter:
    """Those of every part."""
    routes = APIRouter(dependencies=[Depends(strict_parameters)], responses=problems.EVERYWHERE)
    for part in PARTS:
        routes.include_router(part.router)
    return routes


# Once a process: an application that is made after another has them worked out.
ROUTES = all_routes()


def create_app(settings: Settings) -> FastAPI:
    """An application on these settings' database."""
    app = FastAPI(
        title="Gradient Arena",
        version=version("gradarena"),
        docs_url=None,
        redoc_url=None,
        lifespan=app_lifespan,
    )
    app.state.settings = settings
    app.state.engine = open_engine(settings.database, **pool_sizes(settings.database))
    app.state.sessions = session_factory(app.state.engine, quota=Quota(settings.most_queued))
    app.state.writer = SharedWriter(app.state.sessions.begin, jobs.write_orders)
    app.state.readers = session_factory(reading_engine(app.state.engine))
    app.state.registry = CollectorRegistry()
    app.state.registry.register(metrics.ServiceFigures(app.state.readers, settings))
    app.state.ring = KeyRing(settings, app.state.readers)
    add_middlewares(app, settings)
    problems.handle_errors(app)
    app.router.routes.extend(ROUTES.routes)
    app.openapi = lambda: openapi.openapi_document(app)  # type: ignore[method-assign]
    return app


def add_middlewares(app: FastAPI, settings: Settings) -> None:
    """From the innermost to the outermost."""
    app.add_middleware(HeadRequests)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(AccessGuard, ring=app.state.ring, settings=settings)
    if origins := listed_words(settings.cors_origins):
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=EXPOSED,
        )
    app.add_middleware(BrowserGuard, settings=settings)
    app.add_middleware(SecurityHeaders)
    histogram = metrics.request_histogram(app.state.registry)
    app.add_middleware(metrics.RequestTimes, histogram=histogram)
    app.add_middleware(RequestIds)


@asynccontextmanager
async def app_lifespan(app: FastAPI) -> AsyncIterator[None]:
    # FastAPI works out what routes ask for as the first request comes, which would wait for it
    deque(iter_route_contexts(app.routes), maxlen=0)
    warming = Warming(app)
    warming.start()
    yield
    warming.stop()
    app.state.engine.dispose()


def pool_sizes(url: str) -> dict[str, int]:
    return {"pool_size": CONNECTIONS, "max_overflow": CONNECTIONS}


app = create_app(settings())
