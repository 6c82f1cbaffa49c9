"""What is said of MuProp's convergence follows from the boards that are kept beside it."""

import json
from pathlib import Path

import pytest

from analysis.boards.compute import recompute_board
from analysis.boards.shapes import Board
from analysis.comparisons.compare import compare_cells
from estimators.specs.experiment import Experiment

ROOT = Path(__file__).parents[2]
KEPT, SPECS = ROOT / "results" / "muprop-convergence", ROOT / "examples" / "convergence"
NVIL = "nvil, centre + input dependent 100 + normalise"
OTHERS = ("muprop", "muprop, centre + input dependent 100")


@pytest.mark.parametrize("spend", ["steps", "evals"])
def test_the_figures_are_the_boards(spend):
    board = Board.model_validate_json((KEPT / f"reach-{spend}.json").read_text())
    assert recompute_board(board) == board and board.query.spend == spend
    text = (KEPT / "README.md").read_text()
    for other in OTHERS:
        ratio = compare_cells(board, NVIL, other).difference
        ends = f"({ratio.low:.2f}, {ratio.high:.2f})" if ratio.low else f"(< {ratio.high:.2f})"
        assert f": {ratio.mean:.2f} {ends}**" in text
    for row in board.rows:
        assert f"{row.value.mean:,.0f}" in text


def test_the_specs_are_the_boards():
    board = Board.model_validate_json((KEPT / "reach-steps.json").read_text())
    specs = [json.loads(path.read_text()) for path in SPECS.glob("*.json")]
    cells = {Experiment.model_validate(spec).cell_id for spec in specs}
    assert cells == {row.cell_id for row in board.rows}


def test_the_specs_are_one_benchmark():
    specs = [
        Experiment.model_validate(json.loads(path.read_text())) for path in SPECS.glob("*.json")
    ]
    assert len(specs) == 3 and len({spec.benchmark_id for spec in specs}) == 1
    assert all(len(spec.seeds) == 10 for spec in specs)
