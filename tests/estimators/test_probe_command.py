"""The command, as a person or a script types it."""

import json

import pytest

from estimators.commands.probe import main
from estimators.measuring.report_table import spec_label
from estimators.registry import build_estimator
from estimators.specs import ESTIMATORS
from estimators.specs.findings import Report

FEW = "--batches 8 --draws 2 --reference-draws 2 --examples 10 --warm-up 0".split()
HERE = ["--model", "structured_prediction", "--dataset", "digits", *FEW]


TOY = ["--model", "toy", "--dataset", "nothing", *FEW]
# of every kind one, and one that is refused
KINDS = ["exact", "half", "muprop", "nvil", "rebar", "reinforce_loo", "vimco"]


@pytest.mark.parametrize(
    "where, listed",
    [
        pytest.param(TOY, KINDS, id="toy"),
        pytest.param(TOY, ["all"], id="all on the toy", marks=pytest.mark.slow),
        pytest.param(HERE, ["all"], id="all on digits", marks=pytest.mark.slow),
    ],
)
def test_figures_as_json(where, listed, capsys):
    assert main([*where, "--estimators", ",".join(listed), "--json"]) == 0
    said = capsys.readouterr()
    report = Report.model_validate_json(said.out)
    names = [found.estimator.name for found in report.found] + [
        one.estimator.name for one in report.refused
    ]
    assert sorted(names) == sorted(ESTIMATORS if listed == ["all"] else listed)
    assert report.refused and all(one.reason for one in report.refused)
    for found in report.found:
        figures = found.parts["all"]
        shown = (
            figures.variance,
            figures.data,
            figures.log_ratio,
            figures.bias,
            figures.work,
            found.seconds,
        )
        # what has no variance has no logarithm of it
        numbers = [f for f in shown if f.value is not None]
        assert all(f.low <= f.value <= f.high for f in numbers), found.estimator.name
        assert len(numbers) == len(shown) or figures.variance.value == 0, found.estimator.name
    assert "muprop, " in said.err and "muprop" in said.out


def test_a_table_for_people(capsys, tmp_path):
    """What is named beside a file counts more."""
    file = tmp_path / "probe.json"
    file.write_text(
        json.dumps({"model": {"name": "toy"}, "dataset": {"name": "nothing"}, "batches": 9})
    )
    listed = '[{"name": "reinforce_loo", "draws": 3}, {"name": "exact"}, {"name": "vimco"}]'
    assert (
        main([str(file), "--estimators", listed, "--batches", "8", "--precision", "float64"]) == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert (
        lines[0].startswith("toy on nothing after 0 steps; 8 minibatches") and "exact" in lines[0]
    )
    # By variance: what has none comes first.
    assert lines[3].startswith("exact") and lines[4].startswith("reinforce_loo draws 3")
    assert lines[-1] == "vimco: vimco wants an objective of two samples or more."


def test_what_was_learned_stands_below_the_table(capsys):
    """And in the table, after how many steps; with a plus where the cap came first."""
    listed = '[{"name": "rebar"}, {"name": "half"}]'
    few = ["--model", "toy", "--dataset", "nothing", *FEW[:-2], "--warm-up", "100"]
    assert main([*few, "--estimators", listed]) == 0
    lines = capsys.readouterr().out.splitlines()
    table = {line.split()[0]: line for line in lines[2:5]}
    assert "100+" in table["rebar"].split() and "none seen, under" in table["rebar"]
    below = next(i for i, line in enumerate(lines) if line.startswith("Learned before"))
    learned = lines[below + 3]
    assert learned.startswith("rebar") and "no, cap" in learned
    assert "temperature" in learned and "eta" in learned and len(lines) == below + 4


def test_moving_averages_have_a_table_of_their_own(capsys):
    listed = ["--estimators", "reinforce_loo,half"]
    few = ["--paper-mode", '{"name": "ema", "steps": 20}', "--at", "5"]
    assert main([*HERE, *listed, *few, "--json"]) == 0
    report = Report.model_validate_json(capsys.readouterr().out)
    assert main([*HERE, *listed, *few]) == 0
    lines = capsys.readouterr().out.splitlines()
    start = next(
        i for i, line in enumerate(lines) if line.startswith("Moving averages, decay 0.999")
    )
    assert "of steps 5 to 25" in lines[start]
    rows = lines[start + 3 : start + 3 + len(report.found)]
    for line, found in zip(rows, report.found, strict=True):
        name, theirs, ours, *_, ratio = line.split()
        assert name == found.estimator.name and float(theirs) == pytest.approx(
            found.moving.variance, rel=0.01
        )
        mean = found.parts["encoder"].variance.value / found.moving.components
        assert float(ours) == pytest.approx(mean, rel=0.01)
        assert float(ratio) == pytest.approx(found.moving.variance / mean, rel=0.01)
    assert "- no interval" in lines


@pytest.mark.parametrize(
    "words, place",
    [
        (["--model", "toy", "--dataset", "digits"], "/dataset: toy cannot train on digits"),
        ([*HERE, "--estimators", "muprop,mupro"], "/estimators/listed/1"),
        ([*HERE, "--at", "9000"], "/at: Nothing happens after step 6000"),
        ([*HERE, "--batches", "1"], "/batches: Input should be greater than or equal to 8"),
        (["nowhere.json"], "nowhere.json"),
        (["--dataset", "digits"], "/model: Field required"),
    ],
)
def test_bad_input_is_exit_code_two(words, place, capsys):
    assert main(words) == 2
    said = capsys.readouterr()
    assert place in said.err and not said.out


def test_a_label_tells_settings_that_are_not_defaults():
    spec = ESTIMATORS["reinforce"](signal={"centre": True})
    assert (
        spec_label(spec) == 'reinforce signal {"centre": true}'
        and spec_label(build_estimator(ESTIMATORS["half"]())) == "half"
    )
