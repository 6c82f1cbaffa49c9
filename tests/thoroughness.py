"""What every run of the suite tries, and what the slow tests try besides."""

from collections.abc import Container, Iterable
from typing import Any

import pytest


def often(values: Iterable[Any], chosen: Container[Any]) -> list[Any]:
    """Parameters: those that are chosen in every run, the others in ``make test-slow`` only."""
    return [
        value if value in chosen else pytest.param(value, marks=pytest.mark.slow)
        for value in values
    ]
