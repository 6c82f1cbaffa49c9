"""What the tests of the store share."""

import pytest

from service.store.base import session_factory


@pytest.fixture
def database(engine):
    return session_factory(engine)
