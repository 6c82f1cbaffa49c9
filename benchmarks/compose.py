"""A fleet of containers, as the compose files make it, under a project name of its own."""

import json
import os
import secrets
import subprocess
import time
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
PORT, DATABASE_PORT, BROKER_PORT = 8699, 15432, 16379
# a password may have any characters
ODD = "@/:%$'\"# "
# seconds that anything here may take
PATIENCE = 600.0


def docker(*words: str, **more: Any) -> str:
    """What a command of docker's prints.  Raises RuntimeError with what it said, where it
    fails."""
    ran = subprocess.run(["docker", *words], capture_output=True, text=True, cwd=ROOT, **more)
    if ran.returncode:
        raise RuntimeError(f"docker {' '.join(words)}:\n{ran.stderr[-3000:]}")
    return ran.stdout.strip()


def host_address() -> str:
    """This machine's, as containers reach it: the gateway of Docker's own bridge, which is the
    first address where Docker names none."""
    [bridge] = json.loads(docker("network", "inspect", "bridge"))
    config = bridge["IPAM"]["Config"][0]
    return config.get("Gateway") or str(next(ip_network(config["Subnet"]).hosts()))


class Project:
    """One compose file with what a trial adds to it."""

    def __init__(self, name: str, file: str, more: dict[str, Any], folder: Path, **settings: str):
        addition = folder / f"{name}.json"
        addition.write_text(json.dumps(more))
        self.environment = os.environ | {"COMPOSE_PROJECT_NAME": name} | settings
        self.words = ("compose", "-f", file, "-f", str(addition))

    def __call__(self, *words: str) -> str:
        return docker(*self.words, *words, env=self.environment)

    def containers(self, service: str) -> list[str]:
        """Ids of those that run."""
        return self("ps", "--quiet", "--status", "running", service).split()


class Trial:
    """A fleet, a host beside it, and a client with a key."""

    def __init__(self, name: str, folder: Path, lease: int) -> None:
        gateway = host_address()
        passwords = {
            "GRADARENA_DB_PASSWORD": secrets.token_hex(8) + ODD,
            "GRADARENA_BROKER_PASSWORD": secrets.token_hex(8),
        }
        same = {"GRADARENA_LEASE": str(lease), "GRADARENA_ARTIFACTS": "file:///data/artifacts"}
        doors = {
            "postgres": {"ports": [f"{gateway}:{DATABASE_PORT}:5432"]},
            "redis": {"ports": [f"{gateway}:{BROKER_PORT}:6379"]},
        }
        self.fleet = Project(
            name,
            "docker-compose.yml",
            {"services": doors},
            folder,
            GRADARENA_PORT=str(PORT),
            **passwords,
            **same,
        )
        # the folder that all hosts reach is the fleet's volume
        shared = {"volumes": {"data": {"external": True, "name": f"{name}_data"}}}
        torch = torch_of(self.fleet)
        self.host = Project(
            f"{name}-host",
            "docker-compose.worker.yml",
            shared,
            folder,
            GRADARENA_DATABASE=f"postgresql+psycopg://gradarena@{gateway}:{DATABASE_PORT}/gradarena",
            GRADARENA_BROKER=f"redis://{gateway}:{BROKER_PORT}/0",
            GRADARENA_TORCH=torch,
            **passwords,
            **same,
        )
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=30)

    def scale(self, workers: int) -> None:
        """So many workers of the fleet's own, and all else."""
        self.fleet("up", "-d", "--wait", "--scale", f"worker-cpu={workers}")

    def make_key(self) -> None:
        made = self.fleet(
            *("exec", "-T", "api", "gradarena", "keys", "make", "trial"),
            *("--scope", "admin", "--here"),
        )
        [key] = [word for word in made.split() if word.startswith("ga_")]
        self.client.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str) -> Any:
        """An answer, once there is one: the database may be away."""
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                return self.client.get(path).raise_for_status().json()
            except httpx.HTTPError:
                if time.monotonic() > ends:
                    raise
                time.sleep(1)

    def submit(self, spec: dict[str, Any]) -> str:
        answer = self.client.post("/v1/jobs", json=spec).raise_for_status()
        return str(answer.json()["id"])

    def series(self, job: str) -> dict[int, Any]:
        """Of each run, by number; those that tell times aside."""
        page = self.get(f"/v1/jobs/{job}/series?max_points=100000")["data"]
        timings = ("seconds", "wall_seconds")
        return {
            run["number"]: {n: s for n, s in run["series"].items() if n not in timings}
            for run in page
        }

    def attempts(self) -> str:
        """How attempts ended, by the container that made them."""
        query = (
            "select split_part(split_part(worker, '@', 2), ':', 1), ending, count(*) "
            "from attempts group by 1, 2 order by 1, 2"
        )
        psql = "PGPASSWORD=$POSTGRES_PASSWORD exec psql -U gradarena -A -t -F ' ' -c \"$0\""
        return self.fleet("exec", "-T", "postgres", "sh", "-c", psql, query)

    def end(self) -> None:
        """Containers and volumes are gone; images stay."""
        for project in (self.host, self.fleet):
            project("down", "--volumes", "--timeout", "5")


def torch_of(fleet: Project) -> str:
    """What the fleet's worker installs, so that the host's image is the same."""
    config = json.loads(fleet("config", "--format", "json"))
    return str(config["services"]["worker-cpu"]["build"]["args"]["TORCH"])
