"""Real worker processes and a dispatcher, and what tests ask of them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import torch
from sqlalchemy import select

from estimators.experiment import Program
from estimators.specs.experiment import Experiment
from estimators.specs.lanes import program_width
from estimators.training.train import Member
from service import jobs
from service.store.job_views import job_view as look
from service.store.models import Attempt, Bundle, Run
from service.store.series import read_series
from service.store.workers import fleet_views
from tests.patience import HANG, until

LEASE, TICK = 2.0, 0.5
WORKER = ["celery", "-A", "workers.tasks", "worker", "-P", "threads", "-c", "1"]
torch.set_num_threads(1)
TIMINGS = {"seconds", "wall_seconds"}  # the only series that differ from one run to the next


class Fleet:
    """Workers by name, and a dispatcher."""

    def __init__(self, folder, url, broker, database):
        self.folder, self.database = folder, database
        self.environment = os.environ | {
            "GRADARENA_DATABASE": url,
            "GRADARENA_BROKER": broker,
            "GRADARENA_DATA": str(folder),
            "GRADARENA_LEASE": str(LEASE),
            "GRADARENA_TICK": str(TICK),
            "GRADARENA_LOOK": "1",
        }
        self.processes = {}

    def start(self, name, queue="cpu"):
        dispatch = ["workers.dispatch"]
        worker = [
            *WORKER,
            "-Q",
            queue,
            "-n",
            f"{name}@%h",
            "--without-gossip",
            "--without-mingle",
            "--loglevel",
            "INFO",
        ]
        command = [sys.executable, "-m", *(dispatch if name == "dispatcher" else worker)]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log
            )

    def kill_runner(self, name):
        psutil.Process(self.processes[name].pid).children()[0].kill()

    def kill(self, name):
        self.processes[name].kill()

    def ask(self, name):
        self.processes[name].terminate()

    def heard(self):
        """Process ids of the workers that were heard."""
        with self.database.begin() as session:
            return {int(view.worker.id.rsplit(":")[-1]) for view in fleet_views(session)}

    def ready(self):
        """Waits until every worker is up: before that, a signal ends it as it ends any process."""
        alive = {name: p.pid for name, p in self.processes.items() if p.poll() is None}
        workers = {pid for name, pid in alive.items() if name != "dispatcher"}
        until(lambda: workers <= self.heard() and all(map(minds_sigterm, alive.values())))

    def stop(self):
        self.ready()
        for process in self.processes.values():
            process.terminate()
        return {name: process.wait(HANG) for name, process in self.processes.items()}


def minds_sigterm(pid):
    """Whether a process has a handler for SIGTERM by now; where there is no /proc, we take it to
    have one."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def toy(steps, every, seeds=(0, 1), **more):
    return {
        "model": {"name": "toy"},
        "estimator": {"name": "reinforce"},
        "dataset": {"name": "nothing"},
        "training": {"steps": steps, "checkpoint_every": every},
        "evaluation": {"every": 1000, "samples": 2},
        "seeds": list(seeds),
    } | more


def digits(steps, every, seeds=(0, 1)):
    return toy(steps, every, seeds) | {
        "model": {"name": "structured_prediction"},
        "estimator": {"name": "muprop"},
        "dataset": {"name": "digits"},
    }


def probe(**more):
    """Of three estimators, each of which takes a while."""
    return {
        "model": {"name": "structured_prediction"},
        "dataset": {"name": "digits"},
        "estimators": [{"name": name} for name in ("half", "muprop", "straight_through")],
        "batches": 8,
        "draws": 60,
        "reference_draws": 2,
        "warm_up": 0,
    } | more


def submit_probe(database, spec):
    with database.begin() as session:
        return jobs.submit_plan(session, "a", jobs.probe_plan(spec)).job.id


def submit(database, spec):
    with database.begin() as session:
        return jobs.submit_plan(
            session, "a", jobs.training_plan(Experiment.model_validate(spec))
        ).job.id


def state(database, job):
    with database.begin() as session:
        return look(session, job).state


def ends(database, job, seconds=HANG):
    return until(
        lambda: (found := state(database, job)) in ("succeeded", "failed", "cancelled") and found,
        seconds,
    )


def attempts(database, job):
    with database.begin() as session:
        return session.scalars(
            select(Attempt).join(Bundle).where(Bundle.job_id == job).order_by(Attempt.started_at)
        ).all()


def under_way(database, job, number=1):
    """The attempt of this number, once it has written a checkpoint of its own."""

    def holder():
        with database.begin() as session:
            row = session.execute(
                select(Attempt, Bundle).join(Bundle).where(Bundle.job_id == job)
            ).all()
        return next(
            (a for a, b in row if f"/{number}/" in (b.checkpoint or "") and a.number == number),
            None,
        )

    return until(holder)


def name_of(attempt):
    return attempt.worker.split("@")[0]


def following(database, job, number):
    """When the attempt after this one began."""
    return until(lambda: next((a for a in attempts(database, job) if a.number == number + 1), None))


def undisturbed(spec):
    """What every run writes when nothing happens to it: number -> name -> series."""
    experiment, found = Experiment.model_validate(spec), {}
    runs = list(enumerate(experiment.runs))
    width = program_width(experiment)
    for start in range(0, len(runs), width):
        group = dict(enumerate(runs[start : start + width]))
        members = {lane: Member(seed, setting) for lane, (_, (seed, setting)) in group.items()}
        program = Program(experiment, members, len(members))
        parts = [program.run_to(step).series for step in program.boundaries(0)]
        for lane, (number, _) in group.items():
            found[number] = {
                name: [
                    np.concatenate(column)
                    for column in zip(
                        *(part[lane][name] for part in parts if name in part[lane]), strict=True
                    )
                ]
                for name in parts[0][lane].keys() - TIMINGS
            }
    return found


def check_series(database, job, spec, numbers=None):
    """Every run, or those of these numbers, wrote what undisturbed ones do: bit for bit, timings
    aside."""
    want = {
        number: series
        for number, series in undisturbed(spec).items()
        if numbers is None or number in numbers
    }
    with database.begin() as session:
        number_of = dict(session.execute(select(Run.id, Run.number).where(Run.job_id == job)).all())
        have = {number_of[run]: series for run, series in read_series(session, number_of).items()}
    assert have.keys() >= want.keys() and (numbers or have.keys() == want.keys())
    for number, series in want.items():
        assert have[number].keys() - TIMINGS == series.keys()
        for name, (steps, values) in series.items():
            assert np.array_equal(have[number][name].steps, steps)
            assert np.array_equal(have[number][name].values, values), name
