"""A probe in pieces finds what the whole finds, wherever it was left and whoever trained its
parameters."""

import json

import numpy as np
import torch

from estimators.experiment import Program
from estimators.measuring import program as probe_program
from estimators.measuring.program import ProbeProgram
from estimators.specs.findings import Findings, Report
from estimators.training.train import Member
from tests.estimators.test_probe_runs import short

SPEC = short(
    model={"name": "toy"},
    dataset={"name": "nothing"},
    estimators=[{"name": "nvil"}, {"name": "vimco"}, {"name": "half"}],
    at=7,
    training={"checkpoint_every": 4},
    trained_by={"name": "half"},
)


def pieces(spec, stop=0, state=None, step=0):
    """All pieces after a step, and what goes on from the first ``stop`` of them."""
    program, seen = ProbeProgram(spec, state), []
    for boundary in program.boundaries(step):
        seen.append((boundary, program.run_to(boundary)))
        if len(seen) == stop:
            return seen, program.state()
    return seen, program.state()


def joined(spec, seen):
    """As it comes out of a store."""
    kept = [json.loads(json.dumps(piece.findings[0])) for _, piece in seen if piece.findings]
    return Report.joined(spec, [Findings.model_validate(each) for each in kept])


def untimed(report):
    """Timings are the only figures that differ from one probe to the next."""
    told = report.model_dump(mode="json")
    for found in told["found"]:
        del found["seconds"]
    return told


def test_a_step_is_a_gradient():
    assert (SPEC.effort, SPEC.steps) == (5 + 16, 7 + 3 * 21)
    assert SPEC.boundaries == [4, 7, 28, 49, 70]
    assert short(at=0, estimators=[{"name": "half"}]).boundaries == [21]
    assert short(estimators="all").steps == 21 * len(short(estimators="all").asked)


def test_pieces_are_the_whole_wherever_it_was_left():
    whole = untimed(probe_program.run_probe(SPEC))
    assert [one["estimator"]["name"] for one in whole["refused"]] == ["vimco"]
    once, _ = pieces(SPEC)
    assert untimed(joined(SPEC, once)) == whole
    for stop in (1, 3):
        before, state = pieces(SPEC, stop)
        after, _ = pieces(SPEC, 0, state, before[-1][0])
        assert [step for step, _ in before + after] == SPEC.boundaries
        assert untimed(joined(SPEC, before + after)) == whole
    assert [piece.ended for _, piece in once] == [{}, {}, {}, {}, {0: "completed"}]
    costs = [piece.series[0]["cost/train"] for _, piece in once[:2]]
    assert np.array_equal(np.concatenate([cost.steps for cost in costs]), range(1, 8))


def test_it_starts_from_the_parameters_of_a_run():
    """One of a program of three: its own, not those of a neighbour."""
    setting = probe_program.trajectory_member(SPEC).setting
    program = Program(SPEC.experiment, {n: Member(n, setting) for n in range(3)}, 3)
    program.trainer.run(SPEC.at)
    lane = lambda n: {k: v if k == "step" else v[n : n + 1] for k, v in program.state().items()}
    started = {n: ProbeProgram(SPEC, lane(n)) for n in (0, 2)}
    bias = {n: each.judge.point.params["q0.b"] for n, each in started.items()}
    assert all(torch.equal(bias[n], program.trainer.of(n)[0]["q0.b"]) for n in bias)
    assert not torch.equal(bias[0], bias[2]) and started[2].boundaries(0) == [28, 49, 70]


def test_parameters_that_are_no_numbers_are_not_measured():
    state = ProbeProgram(SPEC).state()
    broken = {
        name: value * np.nan if name.startswith("params/") else value
        for name, value in state.items()
    }
    seen, _ = pieces(SPEC, 1, broken)
    assert seen[0][1].ended == {0: "diverged"} and not seen[0][1].findings
