# One file, two images: `api` (API, dispatcher, migrations, command line; no torch) and `worker`.
FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CACHE_DIR=/var/cache/pip \
    MPLCONFIGDIR=/tmp/matplotlib
RUN useradd --system --uid 10001 --create-home arena && mkdir /data && chown arena: /data
WORKDIR /app

FROM base AS source
COPY pyproject.toml README.md /src/
COPY analysis /src/analysis
COPY estimators /src/estimators
COPY service /src/service
COPY workers /src/workers
COPY migrations /src/migrations

FROM base AS api
COPY requirements/api.txt requirements/
RUN --mount=type=cache,target=/var/cache/pip pip install -r requirements/api.txt
# fastapi[opentelemetry] where traces are wanted
ARG MORE=
RUN --mount=type=cache,target=/var/cache/pip [ -z "${MORE}" ] || pip install ${MORE}
COPY --from=source /src /src
RUN pip install --no-deps /src
USER arena
CMD ["gradarena", "serve", "--host", "0.0.0.0"]

FROM base AS worker
# Which torch: plain torch==2.13.0 from PyPI brings CUDA on Linux; see docker-compose.yml for the CPU build.
ARG TORCH=torch==2.13.0
RUN --mount=type=cache,target=/var/cache/pip pip install ${TORCH}
# Compiles the steps of long runs (docs/speed.md): a quarter of a GB.  COMPILER= leaves it out, and steps as they come.
ARG COMPILER=g++
RUN [ -z "${COMPILER}" ] || { apt-get update && apt-get install --yes --no-install-recommends ${COMPILER} \
    && rm -rf /var/lib/apt/lists/*; }
COPY requirements/worker.txt requirements/
RUN --mount=type=cache,target=/var/cache/pip pip install -r requirements/worker.txt
COPY --from=source /src /src
RUN pip install --no-deps /src
USER arena
ENV OMP_NUM_THREADS=1
CMD ["celery", "-A", "workers.tasks", "worker", "-P", "threads", "-c", "1", "-Q", "cpu", "--without-gossip", "--without-mingle"]
