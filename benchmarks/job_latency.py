"""How long a job takes from its submission until a runner has it, and to its end.

    python -m benchmarks.job_latency [--services 2] [--jobs 4] [--output benchmarks/results]

Cold: the first job of a service that has just begun to answer.  Warm: the jobs after it, one after
the other.  A job is one run of 200 steps on digits; the service has one worker.  Wall time hangs on
what else the machine does, so the CPU time of all the service's processes stands beside it, and
what the run says of its own steps.
"""

import argparse
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.peers.results import write_results
from estimators.commands.bench import printed_comparisons
from estimators.timing.turns import Comparison
from service.embedded.arena import Arena
from service.submission import SMALLEST

STEPS, WAIT = 200, {"Prefer": "wait=60"}
MOMENTS = {"wall to a runner": "started_at", "wall to the end": "finished_at"}


def finished_job(client: httpx.Client, seed: int) -> dict[str, Any]:
    """A job of one run, at its end.  Raises RuntimeError where it did not succeed."""
    spec = SMALLEST | {"training": {"steps": STEPS}, "seeds": [seed]}
    job: dict[str, Any] = client.post("/v1/jobs", json=spec).raise_for_status().json()
    while job["finished_at"] is None:
        job = client.get(f"/v1/jobs/{job['id']}", headers=WAIT).raise_for_status().json()
    if job["state"] != "succeeded":
        raise RuntimeError(f"Job {job['id']}: {job['state']}, {job['error']}")
    return job


def children_seconds() -> float:
    """CPU time of every process below this one, those included that have ended."""
    times = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


def training_seconds(client: httpx.Client, job: dict[str, Any]) -> float:
    """What the run says of its steps, CPU time."""
    path = f"/v1/jobs/{job['id']}/series?names=seconds"
    [run] = client.get(path).raise_for_status().json()["data"]
    return float(run["series"]["seconds"]["values"][-1])


def job_seconds(client: httpx.Client, seed: int) -> dict[str, float]:
    """Of a job, by side."""
    before = children_seconds()
    job = finished_job(client, seed)
    spent = children_seconds() - before
    at = {name: datetime.fromisoformat(job[name]) for name in ("created_at", *MOMENTS.values())}
    walls = {side: (at[name] - at["created_at"]).total_seconds() for side, name in MOMENTS.items()}
    return {**walls, "CPU of the service": spent, "CPU of steps": training_seconds(client, job)}


def service_jobs(count: int) -> list[dict[str, float]]:
    """Of a service of its own, the first job and so many after it."""
    with tempfile.TemporaryDirectory(prefix="job-latency") as folder:
        Path(folder).chmod(0o755)
        with Arena(Path(folder), workers=1) as arena:
            with httpx.Client(base_url=arena.url, timeout=90) as client:
                return [job_seconds(client, seed) for seed in range(1 + count)]


def latency_comparisons(services: int, count: int) -> Iterator[Comparison]:
    every = [service_jobs(count) for _ in range(services)]
    some = {
        "cold": [jobs[0] for jobs in every],
        "warm": [job for jobs in every for job in jobs[1:]],
    }
    for name, jobs in some.items():
        yield Comparison({"job": name}, {side: [job[side] for job in jobs] for side in jobs[0]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--output", type=Path, help="folder for job_latency.json")
    options = parser.parse_args()
    comparisons = list(printed_comparisons(latency_comparisons(options.services, options.jobs)))
    if options.output:
        write_results(options.output, "job_latency", comparisons, [])


if __name__ == "__main__":
    main()
