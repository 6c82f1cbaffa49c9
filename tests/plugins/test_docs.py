"""What docs/plugins.md shows is what there is."""

import json
import re
from pathlib import Path

import pytest

from estimators.specs.certificates import certificate_line
from estimators.specs.experiment import Experiment
from estimators.testing import certify
from examples.wrong_rebar.wrong_rebar import WrongREBAR

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "plugins.md").read_text()
SHOWN = ("prediction-1", "vae-1", "product")


def test_the_package_shown_is_the_example():
    (module,) = re.findall(r"```python\n(.*?)```", TEXT, re.S)
    (point,) = re.findall(r"```toml\n(.*?)```", TEXT, re.S)
    assert module == (ROOT / "examples/plugin/my_package.py").read_text()
    assert point in (ROOT / "examples/plugin/pyproject.toml").read_text()


def test_the_wrong_rebar_is_seen_as_shown():
    """It declares what REBAR does, and does not keep it."""
    found = certify(WrongREBAR(), nets=SHOWN)
    assert not any(row.kept for row in found.rows) and all(
        row.interval[0] > 0.05 for row in found.rows
    )
    for row in found.rows:
        assert certificate_line(row) in TEXT


@pytest.mark.parametrize("name", re.findall(r"submit (examples/\S+json)", TEXT))
def test_the_experiments_shown_are_of_one_benchmark(name):
    spec = Experiment.model_validate(json.loads((ROOT / name).read_text()))
    first = Experiment.model_validate(
        json.loads((ROOT / "examples/wrong_rebar/rebar.json").read_text())
    )
    assert spec.benchmark_id == first.benchmark_id and spec.seeds == first.seeds
