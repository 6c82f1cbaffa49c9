"""The OpenAPI document is true: what it allows is answered so, what it forbids is refused."""

import pytest

from service.api.app import create_app

from .fuzz import fuzz_app


@pytest.mark.parametrize(
    "url, examples, departures",
    [
        ("sqlite", 2, False),
        pytest.param("sqlite", 8, True, marks=pytest.mark.slow),
        pytest.param("postgresql", 4, True, marks=pytest.mark.slow),
    ],
    indirect=["url"],
)
def test_it_cannot_be_broken(migrated, settings, broker, examples, departures):
    # The name in its Host header is none of ours.
    app = create_app(settings.model_copy(update={"trust_network": True}))
    failures, calls = fuzz_app(app, examples, 1, departures)
    assert not failures, "\n\n".join(failures[:5])
    assert calls > 500
