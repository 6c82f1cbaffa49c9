"""Whether a runner stands still: no step, and hardly any work."""

from time import monotonic

from .process import RunnerProcess

# of its time, that a process works at least where it does anything
BUSY = 0.01
# times the patience with one that stands still, for one that works and comes to no step
WORKING = 12


class Watchdog:
    """Looks at one attempt of a runner.  ``patience`` is in seconds."""

    def __init__(self, runner: RunnerProcess, patience: float):
        self.runner, self.patience = runner, patience
        self.last_step, self.stepped = runner.step, monotonic()
        self.worked, self.cpu = self.stepped, runner.cpu_seconds()

    def stalled(self) -> bool:
        """Whether there was no step and no work for ``patience`` seconds, or work without a step
        for WORKING times as long (a long evaluation works, an endless loop too)."""
        now, step, cpu = monotonic(), self.runner.step, self.runner.cpu_seconds()
        if step != self.last_step:
            self.last_step, self.stepped = step, now
        if cpu is None or self.cpu is None or cpu - self.cpu > BUSY * (now - self.worked):
            self.worked, self.cpu = now, cpu
        quiet = now - max(self.stepped, self.worked)
        return quiet > self.patience or now - self.stepped > WORKING * self.patience
