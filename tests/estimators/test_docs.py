"""What the documentation shows is what there is."""

import re
import runpy
from pathlib import Path

import torch

from estimators.__main__ import main
from estimators.oracle.toys import toy_table
from estimators.specs import ESTIMATORS
from estimators.testing import __all__ as public
from tests.estimators.test_toys import VARIANCES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "estimators.md").read_text()


def test_the_code_that_it_shows_runs(tmp_path, monkeypatch, capsys):
    """In this process: another one would load torch for every block."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.S)
    for number, block in enumerate(blocks):
        path = tmp_path / ("my_module.py" if number == 0 else f"block_{number}.py")
        path.write_text(block)
        runpy.run_path(str(path))
    assert len(blocks) == 3
    assert main(["check", "my_module:Sign", "--draws", "1000"]) == 0
    assert "kept" in capsys.readouterr().out


def test_figures_of_the_families_are_those_of_one_unit():
    page = (ROOT / "docs" / "families.md").read_text()
    figures = {float(figure) for figure in re.findall(r"\b0\.0\d+", page)}
    specs = [spec for spec, _ in VARIANCES.values()]
    others = [ESTIMATORS[name].model_validate({}) for name in ("arm", "disarm")]
    for row in toy_table([*specs, *others], 0.2, 0.499):
        assert figures & {float(f"{row.variance:.{digits}g}") for digits in (3, 4)}, row


def test_all_that_is_named_is_public():
    names = ("certify", "run_trial", "make_problem")
    assert all(f"`{name}`" in TEXT and name in public for name in names)


def test_the_loop_of_ones_own_runs_and_learns(capsys):
    torch.manual_seed(0)
    runpy.run_path("examples/own_loop.py", run_name="__main__")
    costs = [float(line.split()[1]) for line in capsys.readouterr().out.splitlines()]
    assert costs[-1] < costs[0] / 2
