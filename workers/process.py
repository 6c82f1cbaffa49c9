"""A runner process, as its supervisor holds it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from service.store.models import Json
from service.store.states import Ending

from .meter import ELSEWHERE, VARIABLE, new_meter
from .parent import end_with_parent

COMMAND = [sys.executable, "-m", "workers.runner"]
# signals by which others end a process
FROM_OUTSIDE = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


class RunnerProcess:
    """In a process group of its own; it dies when its standard input closes, so with us."""

    def __init__(self, environment: Mapping[str, str], device: str = "cpu"):
        self.meter, self.ready, self.oom_kills = new_meter(), False, oom_kills()
        assert self.meter.file
        number = self.meter.file.fileno()
        self.process = subprocess.Popen(
            [*COMMAND, device],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=end_with_parent,
            pass_fds=(number,),
            env={**os.environ, "OMP_NUM_THREADS": "1", VARIABLE: str(number), **environment},
        )
        self.words: Queue[Json] = Queue()
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            word = json.loads(line)
            self.ready |= "ready" in word
            self.words.put(word)
        self.words.put(self._last_word(self.process.wait()))

    def _last_word(self, code: int) -> Json:
        """What its death says.  Who was ended from outside tells of no fault, unless memory ran
        out; who never came to its first bundle tells of this machine."""
        why = f"The runner ended with {code}."
        if code == -signal.SIGKILL and oom_kills() > self.oom_kills:
            return {"ending": Ending.OOM, "why": why}
        if -code in FROM_OUTSIDE:
            return {"ending": Ending.LOST, "why": why}
        return {"ending": Ending.CRASHED if self.ready else Ending.UNABLE, "why": why}

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

    @property
    def step(self) -> int | None:
        """The step that it trains; None while it does anything else."""
        return None if self.meter.step == ELSEWHERE else self.meter.step

    def cpu_seconds(self) -> float | None:
        """What it has worked, and its children that have ended, which compile; None where the
        system does not say."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def bury(self) -> None:
        """Nothing of its group is left."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.reader.join()
        assert self.process.stdin and self.process.stdout and self.meter.file
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.stdout.close()
        self.meter.file.close()


def oom_kills() -> int:
    """Processes that the kernel has ended for want of memory; 0 where it does not say."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
