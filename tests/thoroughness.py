"""What every run of the suite tries, and what the slow tests try besides."""

from collections.abc import Container, Iterable
from typing import Any

import pytest


def often(values: Iterable[Any], chosen: Container[Any]) -> list[Any]:
    """Parameters: those that are chosen in every run, the others in ``make test-slow`` only.
    A tuple is one of several parameters."""
    return [value if value in chosen else _slow(value) for value in values]


def _slow(value: Any) -> Any:
    several = value if isinstance(value, tuple) else (value,)
    return pytest.param(*several, marks=pytest.mark.slow)
