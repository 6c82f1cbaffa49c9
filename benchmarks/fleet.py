"""Runs the compose files as an operator does, hurts what they started, and counts what was lost.

    python -m benchmarks.fleet [--jobs 4] [--steps 3000]

Docker with Compose, and base images that can be pulled.  The fleet has a project name, a port and
volumes of its own, which are gone at the end; its images are built from the Dockerfile.  One job is
trained in peace.  Then jobs of the same spec come and train while workers are added, stopped,
killed and frozen, broker and database killed and stopped, and a second host takes over and leaves.
Every run has to end, and to have written what the first one wrote, bit for bit.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.compose import PATIENCE, Trial, docker

LEASE = 10
ENDED = ("succeeded", "failed", "cancelled")
began = time.monotonic()


def say(text: str) -> None:
    print(f"{time.monotonic() - began:6.0f} s  {text}", flush=True)


def toy(steps: int) -> dict[str, Any]:
    return {
        "model": {"name": "toy"},
        "estimator": {"name": "reinforce"},
        "dataset": {"name": "nothing"},
        "training": {"steps": steps, "checkpoint_every": steps // 20},
        "evaluation": {"every": steps // 10, "samples": 2},
        "seeds": [0, 1],
    }


def await_jobs(trial: Trial, jobs: list[str]) -> dict[str, str]:
    """Their states, once all have ended or patience has."""
    ends = time.monotonic() + PATIENCE
    while True:
        states = {job: trial.get(f"/v1/jobs/{job}")["state"] for job in jobs}
        if time.monotonic() > ends or all(state in ENDED for state in states.values()):
            return states
        time.sleep(2)


def await_training(trial: Trial) -> None:
    """Until somebody trains, so that a blow hits work."""
    ends = time.monotonic() + PATIENCE
    while not any(worker["bundle_id"] for worker in trial.get("/v1/workers")["data"]):
        assert time.monotonic() < ends, "nobody trains"
        time.sleep(0.5)


def refill(trial: Trial, jobs: list[str], living: int, steps: int) -> None:
    """Jobs come until so many have not ended: a blow is to hit work."""
    open_jobs = [job for job in jobs if trial.get(f"/v1/jobs/{job}")["state"] not in ENDED]
    jobs += [trial.submit(toy(steps)) for _ in range(living - len(open_jobs))]


def worker(trial: Trial) -> str:
    return trial.fleet.containers("worker-cpu")[0]


def stop_worker(trial: Trial) -> None:
    docker("stop", hit := worker(trial))
    docker("start", hit)


def kill_worker(trial: Trial) -> None:
    docker("kill", hit := worker(trial))
    docker("start", hit)


def freeze_worker(trial: Trial) -> None:
    docker("pause", hit := worker(trial))
    time.sleep(2 * LEASE)
    docker("unpause", hit)


def kill_service(trial: Trial, name: str) -> None:
    [hit] = trial.fleet.containers(name)
    docker("kill", hit)
    time.sleep(5)
    docker("start", hit)


def stop_service(trial: Trial, name: str) -> None:
    trial.fleet("stop", name)
    time.sleep(5)
    trial.fleet("start", name)


def change_hosts(trial: Trial) -> None:
    """A second host joins, the fleet's own workers leave, come back, and the host leaves."""
    trial.host("up", "-d", "--build", "--wait")
    trial.scale(0)
    time.sleep(15)
    trial.scale(2)
    trial.host("down")


BLOWS: dict[str, Callable[[Trial], None]] = {
    "a third worker": lambda trial: trial.scale(3),
    "a worker stopped, and started": stop_worker,
    "a worker killed, and started": kill_worker,
    "a worker frozen for two leases": freeze_worker,
    "the broker killed, started after 5 s": lambda trial: kill_service(trial, "redis"),
    "the broker stopped, started after 5 s": lambda trial: stop_service(trial, "redis"),
    "the database killed, started after 5 s": lambda trial: kill_service(trial, "postgres"),
    "the database stopped, started after 5 s": lambda trial: stop_service(trial, "postgres"),
    "the dispatcher killed, started after 5 s": lambda trial: kill_service(trial, "dispatcher"),
    "the API killed, started after 5 s": lambda trial: kill_service(trial, "api"),
    "a second host alone for 15 s": change_hosts,
}


def verdict(trial: Trial, states: dict[str, str], peace: dict[int, Any]) -> dict[str, int]:
    """How many runs were lost, doubled, stuck, failed, or wrong in their series."""
    counts = {"runs": len(states) * len(peace)}
    counts |= dict.fromkeys(("lost", "doubled", "stuck", "failed", "wrong series"), 0)
    for job, state in states.items():
        numbers = [run["number"] for run in trial.get(f"/v1/jobs/{job}/runs")["data"]]
        series = trial.series(job)
        counts["lost"] += len(peace.keys() - set(numbers))
        counts["doubled"] += len(numbers) - len(set(numbers))
        counts["stuck"] += len(peace) * (state not in ENDED)
        counts["failed"] += len(peace) * (state in ("failed", "cancelled"))
        counts["wrong series"] += sum(series.get(number) != peace[number] for number in peace)
    return counts


def run_trial(trial: Trial, living: int, steps: int) -> bool:
    """Whether nothing was lost."""
    say("docker compose up -d --build --scale worker-cpu=2")
    trial.fleet("build", "--quiet")
    trial.scale(2)
    trial.make_key()
    first = trial.submit(toy(steps))
    say(f"up; a job in peace: {await_jobs(trial, [first])[first]}")
    peace = trial.series(first)
    assert len(peace) == 2 and all(peace.values()), "the job in peace wrote nothing"
    hurt: list[str] = []
    for name, blow in BLOWS.items():
        refill(trial, hurt, living, steps)
        await_training(trial)
        say(name)
        blow(trial)
    states = await_jobs(trial, hurt)
    counts = verdict(trial, states, peace)
    say("attempts by container, ending and number:\n" + trial.attempts())
    say(str(counts))
    return not any(count for what, count in counts.items() if what != "runs")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=4, help="that have not ended when a blow falls")
    parser.add_argument("--steps", type=int, default=3_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fleet") as folder:
        trial = Trial("gradarena-trial", Path(folder), LEASE)
        try:
            return 0 if run_trial(trial, options.jobs, options.steps) else 1
        finally:
            trial.end()


if __name__ == "__main__":
    raise SystemExit(main())
