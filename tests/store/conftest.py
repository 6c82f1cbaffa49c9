"""What the tests of the store share."""

import pytest

from service.store.base import sessions


@pytest.fixture
def database(engine):
    return sessions(engine)
