"""A process that does not outlive its parent, not even one that is stopped."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1
# loaded before anything forks
LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """In a child, before it is any program: the kernel kills it when the thread that started it
    ends.

    One that is stopped (SIGSTOP) does not see its input end, and would hold its locks in the
    database for ever.  On systems other than Linux nothing happens.
    """
    if LIBRARY:
        LIBRARY.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
