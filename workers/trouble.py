"""What keeps a worker from its part, and when it tries again."""

from time import monotonic

from service.store.states import Ending

# seconds
SHORTEST, LONGEST = 1.0, 60.0
# endings that show that a worker can do its part
WELL = {Ending.DONE, Ending.RELEASED, Ending.CANCELLED, Ending.OVER}


class Trouble:
    """A worker that could not do its part claims nothing for a while, each time for longer."""

    def __init__(self) -> None:
        self.why: str | None = None
        self.pause, self.until = SHORTEST, 0.0

    def note(self, ending: Ending, why: str) -> None:
        """How an attempt of this worker ended."""
        if ending == Ending.UNABLE:
            self.why, self.until = why, monotonic() + self.pause
            self.pause = min(2 * self.pause, LONGEST)
        elif ending in WELL:
            self.why, self.pause = None, SHORTEST

    @property
    def resting(self) -> bool:
        """Whether it is to claim nothing now."""
        return monotonic() < self.until
