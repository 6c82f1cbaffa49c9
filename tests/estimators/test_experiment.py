"""Whole experiments: segments between checkpoints, resumed and not, alone and in company."""

import json

import numpy as np
import pytest
import torch

from estimators.__main__ import main
from estimators.events import Checkpoint, Done, Metrics, Progress, run_experiment
from estimators.experiment import Member, Program
from estimators.specs.experiment import Experiment
from estimators.training.train import Trainer

SMALL = {
    "model": {"name": "structured_prediction", "layers": [{"n": 5, "family": "bernoulli"}]},
    "estimator": {"name": "nvil", "tuning_rate": 0.1},
    "dataset": {"name": "digits"},
    "training": {"steps": 25, "batch_size": 10, "checkpoint_every": 10, "learning_rate": 0.01},
    "evaluation": {"every": 6, "samples": 3},
    "measurement": {"steps": [0, 10, 17], "examples": 4, "draws": 20, "reference_draws": 20},
    "seeds": [3, 4, 5],
}
TIMES = {"seconds", "wall_seconds"}


def spec(**changes):
    return Experiment.model_validate({**SMALL, **changes})


def members(some, lanes=(0, 1, 2)):
    return {lane: Member(some.seeds[lane], some.settings[0]) for lane in lanes}


def trained(some, lanes=(0, 1, 2), stop=None, **options):
    """(series of each lane over the whole run, reasons), resumed at ``stop``."""
    program = Program(some, members(some, lanes), 3, **options)
    segments = []
    for step in program.boundaries(0):
        segments.append(program.run_to(step))
        if step == stop:
            program = Program(
                some, members(some, program.live), 3, state=program.state(), **options
            )
    return joined(segments), {lane: reason for s in segments for lane, reason in s.ended.items()}


def joined(segments):
    out = {}
    for lane in segments[0].series:
        names = {name for s in segments for name in s.series.get(lane, {})}
        for name in names:
            parts = [s.series[lane][name] for s in segments if name in s.series.get(lane, {})]
            steps, values = (np.concatenate(p) for p in zip(*parts, strict=True))
            out.setdefault(lane, {})[name] = (steps, values)
    return out


def same(one, other):
    assert one.keys() == other.keys()
    for name in one.keys() - TIMES:
        for mine, theirs in zip(one[name], other[name], strict=True):
            np.testing.assert_array_equal(mine, theirs, err_msg=name)


@pytest.fixture(scope="module")
def undisturbed():
    return trained(spec())


def test_series_are_where_the_spec_wants_them(undisturbed):
    series, ended = undisturbed
    assert ended == dict.fromkeys([0, 1, 2], "completed")
    for lane in (0, 1, 2):
        steps = {name: s.tolist() for name, (s, _) in series[lane].items()}
        assert steps.pop("cost/train") == list(range(1, 26))
        measured = {name for name in steps if name.startswith("gradient/")}
        assert measured == {
            "gradient/variance",
            "gradient/variance_loo2",
            "gradient/log_ratio",
            "gradient/bias",
            "gradient/bias_error",
            "gradient/cosine",
        }
        assert all(steps.pop(name) == [0, 10, 17] for name in measured)
        evaluated = {"bound/train", "bound/validation", "bound/test", "evaluations"} | TIMES
        assert steps == dict.fromkeys(evaluated, [0, 6, 12, 18, 24, 25])
        assert all(
            values.dtype == np.float64 and s.dtype == np.int32
            for s, values in series[lane].values()
        )


def test_evaluations_and_seconds_accumulate(undisturbed):
    series, _ = undisturbed
    assert series[0]["evaluations"][1].tolist() == [3 * step for step in (0, 6, 12, 18, 24, 25)]
    seconds = [series[lane]["seconds"][1] for lane in (0, 1, 2)]
    assert seconds[0][0] == 0 and (np.diff(seconds[0]) > 0).all()
    assert (seconds[0] == seconds[1]).all()


@pytest.mark.parametrize("stop", [10, 20])
def test_a_resumed_run_is_an_undisturbed_one_bit_for_bit(undisturbed, stop):
    series, _ = trained(spec(), stop=stop)
    for lane in series:
        same(series[lane], undisturbed[0][lane])


def test_lanes_may_be_empty(undisturbed):
    series, ended = trained(spec(), lanes=(1,))
    assert set(series) == set(ended) == {1}
    same(series[1], undisturbed[0][1])


def test_a_lane_taken_out_leaves_the_others_as_they_were(undisturbed):
    some = spec()
    program = Program(some, members(some), 3)
    first = program.run_to(10)
    program.live = {0, 2}
    rest = [program.run_to(20), program.run_to(25)]
    assert set(rest[0].series) == {0, 2} and set(rest[1].ended) == {0, 2}
    both = joined([first, *rest])
    same(both[0], undisturbed[0][0])


def test_an_infinite_rate_ends_one_run_and_keeps_its_series(monkeypatch):
    some = spec(estimator={"name": "straight_through"}, measurement={"steps": [10, 15]})
    whole, _ = trained(some)
    go_on = Trainer.go_on

    def broken(trainer, until):
        if trainer.at == 13:
            trainer.rows[1] = torch.inf
        return go_on(trainer, until)

    monkeypatch.setattr(Trainer, "go_on", broken)
    series, ended = trained(some)
    assert ended == {0: "completed", 1: "diverged", 2: "completed"}
    same(series[0], whole[0])
    same(series[2], whole[2])
    steps, costs = series[1]["cost/train"]
    assert steps.tolist() == list(range(1, 21))
    np.testing.assert_array_equal(costs[:13], whole[1]["cost/train"][1][:13])
    assert not np.isfinite(costs[13:]).any()
    assert series[1]["bound/test"][0].tolist() == [0, 6, 12, 18] and np.isnan(
        series[1]["bound/test"][1][-1]
    )
    measured = [values for name, (_, values) in series[1].items() if name.startswith("gradient/")]
    assert measured and np.isnan([values[-1] for values in measured]).all()


def test_all_that_diverge_leave_nothing_to_do():
    hopeless = spec(training={**SMALL["training"], "learning_rate": 100}, measurement={})
    some = Program(hopeless, members(hopeless), 3)
    some.trainer.rows[:] = torch.nan
    assert set(some.run_to(10).ended.values()) == {"diverged"} and some.live == set()
    assert some.run_to(20).series == {}


def test_seeds_are_paired_across_estimators():
    others = [trained(spec(estimator={"name": name}))[0] for name in ("half", "muprop")]
    for name in ("bound/test", "gradient/variance_loo2"):
        values = [other[0][name][1] for other in others]
        assert values[0][0] == values[1][0] and values[0][-1] != values[1][-1]


def test_other_widths_agree_in_float64(undisturbed):
    some = spec(
        measurement={}, training={**SMALL["training"], "steps": 200, "checkpoint_every": 200}
    )
    wide = Program(some, members(some), 3, dtype=torch.float64).run_to(200)
    narrow = Program(some, {0: members(some)[1]}, 1, dtype=torch.float64).run_to(200)
    for name in narrow.series[0].keys() - TIMES:
        np.testing.assert_allclose(
            narrow.series[0][name].values,
            wide.series[1][name].values,
            rtol=0,
            atol=1e-8,
            err_msg=name,
        )


def test_a_tick_may_stop_a_program():
    some = spec(measurement={})
    program = Program(some, members(some), 3)
    seen = []

    def tick(step):
        seen.append(step)
        if step == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        program.run_to(10, tick)
    assert seen == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "step, want", [(0, [10, 20, 25]), (10, [20, 25]), (17, [20, 25]), (25, [])]
)
def test_boundaries(step, want):
    assert Program(spec(), members(spec()), 3).boundaries(step) == want


def test_a_program_learns():
    some = spec(
        estimator={"name": "straight_through"},
        measurement={},
        evaluation={"every": 400, "samples": 20},
        training={"steps": 400, "batch_size": 100, "learning_rate": 0.1, "checkpoint_every": 400},
    )
    series, _ = trained(some)
    for lane in series:
        before, after = series[lane]["bound/test"][1][[0, -1]]
        assert after < 0.7 * before


def test_a_toy_falls_to_its_closed_form():
    """E[(b - t)^2] at probability one half is t^2 / 2 + (1 - t)^2 / 2, and in the end min(t, 1 -
    t)^2."""
    toy = {"name": "toy", "layers": [{"n": 1, "family": "bernoulli"}], "target": 0.3}
    some = Experiment.model_validate(
        {
            "model": toy,
            "estimator": {"name": "reinforce_loo"},
            "dataset": {"name": "nothing"},
            "training": {"steps": 300, "learning_rate": 1.0, "checkpoint_every": 300},
            "evaluation": {"every": 300, "samples": 20_000},
            "seeds": [0],
        }
    )
    values = Program(some, members(some, [0]), 1).run_to(300).series[0]["bound/test"].values
    assert abs(values[0] - (0.3**2 + 0.7**2) / 2) < 4.8 * 0.2 / 20_000**0.5
    assert 0.09 <= values[1] < 0.1


def test_events_tell_the_whole_story(undisturbed):
    events = []
    run_experiment(spec(), events.append, width=2)
    kinds = [type(event) for event in events if not isinstance(event, Progress)]
    first = [Metrics, Metrics, Checkpoint] * 3 + [Done, Done]
    assert kinds == first + [Metrics, Checkpoint] * 3 + [Done]
    assert [event.step for event in events if isinstance(event, Progress)] == [*range(1, 26)] * 2
    assert {event.run: event.reason for event in events if isinstance(event, Done)} == undisturbed[
        1
    ]
    assert [(e.runs, e.step) for e in events if isinstance(e, Checkpoint)][2:4] == [
        ([0, 1], 25),
        ([2], 10),
    ]


def test_the_command_runs_a_file(tmp_path, capsys):
    file = tmp_path / "spec.json"
    file.write_text(json.dumps({**SMALL, "measurement": {}, "seeds": [0, 1]}))
    assert main(["run", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "step 1 of 25" in printed and "bound/test" in printed and "2/2" in printed
    assert main(["run", str(file), "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [e["reason"] for e in events if "reason" in e] == ["completed"] * 2
    assert sum(len(e["series"]["cost/train"][0]) for e in events if "series" in e) == 50


def test_the_command_says_what_is_wrong(tmp_path, capsys):
    file = tmp_path / "spec.json"
    file.write_text(json.dumps({**SMALL, "estimator": {"name": "mu"}}))
    assert main(["run", str(file)]) == 2
    assert "estimator" in capsys.readouterr().err
