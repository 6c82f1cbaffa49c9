"""How long a test waits before it calls something hung, however busy the machine is.  No test
asserts that anything is quick: `benchmarks/` measures."""

HANG = 600.0
