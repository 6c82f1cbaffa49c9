"""Child processes that do not outlive us, and that a terminal's Ctrl-C does not reach
before we do."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PR_SET_PDEATHSIG = 1


@contextmanager
def block_signals() -> Iterator[None]:
    """Signals that ask us to stop wait until this is over.  One that comes while Python forks would
    be lost, and one between a start and its being noted would leave a child that nobody stops."""
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ends_with_parent(asked: int) -> None:
    """In the child: on Linux it is sent this signal when we end, however we end (prctl,
    PR_SET_PDEATHSIG)."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, asked)


class Child:
    """A command in a session of its own, with its output in a log file."""

    def __init__(
        self, name: str, command: Sequence[str | Path], environment: Mapping[str, str], logs: Path
    ):
        self.name, self.command, self.environment = (
            name,
            [str(part) for part in command],
            dict(environment),
        )
        self.log = logs / f"{name}.log"
        self.starts = 0
        self.start()

    def start(self) -> None:
        self.starts, self.began, self.lasted = self.starts + 1, time.monotonic(), 0.0
        with block_signals(), self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: _ends_with_parent(signal.SIGTERM),
            )

    @property
    def ended(self) -> bool:
        """Whether it has; `lasted` then says after how many seconds that was seen."""
        if self.process.poll() is None:
            return False
        self.lasted = self.lasted or time.monotonic() - self.began
        return True

    def ask_to_stop(self) -> None:
        if not self.ended:
            self.process.send_signal(signal.SIGTERM)

    def stop(self, patience: float) -> None:
        """Waits for it, ``patience`` seconds at most; then ends it and all of its session."""
        self.ask_to_stop()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
        self._bury()

    def _bury(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def last_words(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
