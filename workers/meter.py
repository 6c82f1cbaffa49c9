"""How far a runner is, in memory that it shares with its supervisor: exact even when it
was killed."""

import mmap
import os
import tempfile
from typing import IO

VARIABLE = "GRADARENA_METER"
SIZE = 8
# in no training step: loading, saving, writing
ELSEWHERE = -1


class Meter:
    """One number that a runner writes at every step and its supervisor reads."""

    def __init__(self, file: IO[bytes] | None = None):
        self.file = file
        self.cells = memoryview(mmap.mmap(file.fileno() if file else -1, SIZE)).cast("q")
        self.step = ELSEWHERE

    @property
    def step(self) -> int:
        """The last step that was trained, or ELSEWHERE."""
        return self.cells[0]

    @step.setter
    def step(self, step: int) -> None:
        self.cells[0] = step


def new_meter() -> Meter:
    """A meter that a child may share: it inherits the file and finds its number in VARIABLE."""
    file = tempfile.TemporaryFile()
    file.truncate(SIZE)
    return Meter(file)


def inherited_meter() -> Meter:
    """The meter of the supervisor that started this process; without one, a meter of no one."""
    number = os.environ.get(VARIABLE)
    return Meter(os.fdopen(int(number), "r+b", closefd=False)) if number else Meter()
