"""How long a test waits before it calls something hung, however busy the machine is.  No test
asserts that anything is quick: `benchmarks/` measures."""

import time

HANG = 600.0


def until(condition, seconds=HANG):
    """Waits for something to be true, and says what.  Asks less and less often: who waits for a
    fleet would take the processor from it."""
    deadline, pause = time.monotonic() + seconds, 0.03
    while not (value := condition()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(pause)
        pause = min(1.2 * pause, 0.2)
    return value
