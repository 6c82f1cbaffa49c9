"""Supervisors whose runners are scripts, and what became of their work."""

import threading

import psutil
from sqlalchemy import select

from service.store import jobs
from service.store.models import Attempt
from service.store.workers import WorkerAbout
from tests.store.world import counts, plan
from tests.workers.fleet import until

ME = WorkerAbout("w@here:1", ["cpu"], "here", "a machine", "0.1")
SPEC = {"seeds": [1, 2], "steps": 10}
HEAD = """
import json, os, sys, time
say = lambda **word: print(json.dumps(word), flush=True)
say(ready=True)
for line in sys.stdin:
    """
RUNNERS = {
    "says done": "say(ending='done')",
    "says done late": "say(step=1); time.sleep(0.4); say(ending='done')",
    "fails": "say(ending='error', why='it broke')",
    "runs out of memory": "say(ending='oom', why='too wide')",
    "is killed": "os.kill(os.getpid(), 9)",
    "crashes": "os._exit(3)",
    "has no disk": "say(ending='unable', why='no space left')",
    "is stopped": "os.kill(os.getpid(), 19)",
    "is slow": "say(step=7); time.sleep(600)",
    "drains": "say(ending='released') if 'drain' in line else None",
}


def submit(supervisor, **more):
    with supervisor.database.begin() as session:
        return jobs.submit_job(session, "a", plan(SPEC | more)).id


def told(supervisor, job):
    with supervisor.database.begin() as session:
        return counts(session, job)


def endings(supervisor):
    with supervisor.database.begin() as session:
        return session.scalars(select(Attempt.ending).order_by(Attempt.started_at)).all()


def runners():
    """Processes of ours that run a script; a server that other tests share is none."""
    children = psutil.Process().children()
    return [child for child in children if any(HEAD in word for word in child.cmdline())]


def in_thread(supervisor):
    """Serves in a thread, until it has a runner."""
    thread = threading.Thread(target=supervisor.serve, args=("cpu",))
    thread.start()
    until(lambda: supervisor.bundle_id and supervisor.runner)
    return thread
