"""Every slip that `make mutants` plants has a place in the code as it is."""

from pathlib import Path

import pytest

from tests.estimators import mutants as estimators
from tests.store import mutants as store

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("slip", store.SLIPS, ids=lambda slip: slip.what)
def test_a_slip_of_the_store_is_at_one_place(slip):
    text = (ROOT / "service" / "store" / f"{slip.file}.py").read_text()
    assert text.count(slip.old) == 1 and slip.old != slip.new


@pytest.mark.parametrize("slip", estimators.slips(), ids=lambda slip: slip.what)
def test_a_slip_of_an_estimator_has_its_places(slip):
    text = (ROOT / "estimators" / slip.file).read_text()
    assert slip.edits and all(old in text and old != new for old, new in slip.edits)
