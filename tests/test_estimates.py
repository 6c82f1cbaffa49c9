"""What a job will take is estimated before it is admitted."""

import pytest

from estimators.specs.training import Evaluation
from service import errors
from service.config import Settings
from service.estimates import check_size, submission_estimate
from service.submission import parse_submission
from tests.api.conftest import SMALLEST

NET = {"name": "sigmoid_belief_net"}


def submission(**parts):
    return parse_submission(SMALLEST | parts)


def big_net(layers, **more):
    return NET | {"layers": [{"family": "bernoulli", "n": 10_000}] * layers, **more}


@pytest.mark.parametrize(
    "parts, pointer",
    [
        ({"model": big_net(16)}, "/model"),
        ({"model": NET | {"bound": 1000}, "training": {"batch_size": 100_000}}, "/model"),
        (
            {"training": {"steps": 10**8, "checkpoint_every": 1}},
            "/training/checkpoint_every",
        ),
        (
            {"model": big_net(2), "training": {"steps": 10**8, "checkpoint_every": 10**6}},
            "/training/steps",
        ),
        ({"model": big_net(2), "seeds": list(range(1000))}, "/seeds"),
    ],
)
def test_what_cannot_be_meant_is_refused(parts, pointer):
    if "bound" in parts.get("model", {}):
        parts = parts | {"estimator": {"name": "vimco"}}
    with pytest.raises(errors.Refused, match="at most") as refused:
        check_size(submission(**parts), Settings())
    assert pointer in [fault.pointer for fault in refused.value.faults]


def test_limits_are_settings():
    check_size(submission(), Settings())
    with pytest.raises(errors.Refused):
        check_size(submission(), Settings(most_memory=1e-4))


def test_weights_are_counted_as_they_are():
    """Both ways between 64 pixels and 200 units, and what is added to them."""
    estimate = submission_estimate(
        submission(model=NET | {"layers": [{"family": "bernoulli", "n": 200}]})
    )
    assert estimate.parameters == 2 * 64 * 200 + 2 * 264
    assert estimate.runs == 5 and estimate.checkpoints == 6
    assert estimate.seconds == 5 * estimate.longest


def test_a_probe_is_estimated_too():
    probe = {"kind": "probe", "model": SMALLEST["model"], "dataset": SMALLEST["dataset"]}
    assert submission_estimate(parse_submission(probe)).runs == 1


@pytest.mark.parametrize("policy, share", [({}, 0.51), ({"evaluation": {}}, 0.92)])
def test_evaluations_have_a_share_of_what_a_job_takes(policy, share):
    """30,000 examples and 100 samples at the end, and a few or again all of them on the way,
    beside 6,000 minibatches of 100, twice forward and twice back, which counts double."""
    job = submission(dataset={"name": "mnist"}, **policy)
    way = 12 * (600 if not policy else 30_000)
    judged, trained = 100 * (30_000 + way), 6_000 * 100 * 6
    assert submission_estimate(job).evaluation == pytest.approx(judged / (judged + trained))
    assert submission_estimate(job).evaluation == pytest.approx(share, abs=0.01)


def test_large_data_are_evaluated_whole_at_the_end_and_who_says_so_has_his_way():
    short = submission(dataset={"name": "mnist"}).evaluation
    assert (short.interim_examples, short.full_at) == (200, (6_000,))
    assert submission(dataset={"name": "mnist"}, evaluation={}).evaluation == Evaluation()
    assert submission().evaluation == Evaluation()
