"""A runner process, as its supervisor holds it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from queue import Empty, Queue
from threading import Thread

from service.store.models import Json
from service.store.states import Ending

COMMAND = [sys.executable, "-m", "workers.runner"]


class RunnerProcess:
    """It lives in a process group of its own, and dies when its standard input closes, so with us."""

    def __init__(self, environment: Mapping[str, str]):
        self.process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        )
        self.words: Queue[Json] = Queue()
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.words.put(json.loads(line))
        code = self.process.wait()
        self.words.put(
            {
                "ending": Ending.LOST if code < 0 else Ending.ERROR,
                "why": f"The runner ended with {code}.",
            }
        )

    def order(self, **order: object) -> None:
        """Says something to it; a runner that is dead says so itself."""
        assert self.process.stdin
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def hear(self, seconds: float) -> Json:
        """Its next word, or nothing within the time."""
        try:
            return self.words.get(timeout=seconds)
        except Empty:
            return {}

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def bury(self) -> None:
        """Nothing of its group is left."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.reader.join()
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.stdout.close()
