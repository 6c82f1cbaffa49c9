"""How long a test waits before it calls something hung, however busy the machine is.  No test
asserts that anything is quick: `benchmarks/` measures."""

import time

HANG = 600.0


def until(condition, seconds=HANG):
    """Waits for something to be true, and says what."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.03)
    return value
