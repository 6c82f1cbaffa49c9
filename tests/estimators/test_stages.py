"""Rows are settled in two stages: rates on a seed apart, then fresh seeds at the best."""

from estimators.specs.pieces import Folder
from estimators.specs.stages import STAGES, Stages, best_rate
from estimators.specs.suites import table_cells
from estimators.training.stages import settle_cells

NAME = "muprop-2016"


def piece(*runs):
    """Of (rate, validation bound, reason)."""
    return {
        "runs": [
            {
                "learning_rate": rate,
                "seed": seed,
                "reason": reason,
                "series": {"bound/validation": [[0, 5], [99.0, bound]]},
            }
            for seed, (rate, bound, reason) in enumerate(runs)
        ]
    }


def test_the_rate_with_the_least_mean_on_validation_is_the_best():
    runs = [(0.1, 5.0, "completed"), (0.1, 9.0, "completed"), (0.01, 6.0, "completed")]
    assert best_rate(piece(*runs)) == 0.01
    assert best_rate(piece(*runs, (0.3, 2.0, "completed"))) == 0.3


def test_a_rate_that_diverged_anywhere_is_not_chosen():
    lost = [(0.1, 1.0, "completed"), (0.1, None, "diverged")]
    assert best_rate(piece(*lost, (0.01, 6.0, "completed"))) == 0.01
    assert best_rate(piece(*lost)) is None
    assert best_rate(piece()) is None


def test_no_seed_ranks_that_chose_a_rate():
    assert all(not set(stage.seeds) & set(stage.tuning_seeds) for stage in STAGES.values())


def test_a_cell_is_settled_once(tmp_path):
    stages = Stages(rates=(0.003, 0.001), tuning_steps=4, seeds=(5, 6), steps=8)
    cells, folder, lines = [list(table_cells(NAME, "digits"))[3]], Folder(tmp_path), []
    settle_cells(cells, "digits", folder, lines.append, {"2": stages})
    trial, settled = sorted(
        folder.pieces(cells[0]), key=lambda one: one["spec"]["training"]["steps"]
    )
    tried = [(run["seed"], run["learning_rate"]) for run in trial["runs"]]
    rate = best_rate(trial)
    assert trial["spec"]["training"]["steps"] == 4 and tried == [(0, 0.003), (0, 0.001)]
    assert settled["spec"]["training"]["steps"] == 8
    assert [(run["seed"], run["learning_rate"]) for run in settled["runs"]] == [
        (5, rate),
        (6, rate),
    ]
    before = len(lines)
    settle_cells(cells, "digits", folder, lines.append, {"2": stages})
    assert lines[before:] == [f"{cells[0].id}: rate {rate}"]
