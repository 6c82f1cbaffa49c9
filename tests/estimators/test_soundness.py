"""What the oracle refuses before it looks at a mean, and the sentences it says."""

import pytest
import torch

from estimators.__main__ import main
from estimators.oracle.foreign import certify_function
from estimators.testing import certify

from .own import Halved, Lost, Mixing, Neighbours, Seldom, Unready

MIXED = "examples mixed: the estimate of a minibatch is not the mean of its examples' estimates"
NETS_USED = ("vae-1", "quadratic")


def faults(estimator, draws=4_000):
    certificate = certify(estimator, draws, nets=NETS_USED)
    assert not any(row.kept for row in certificate.rows) and not certificate.kept
    return [row.faults for row in certificate.rows], certificate


def test_a_baseline_that_holds_its_own_minibatch_is_refuted():
    """On one example alone it is REINFORCE, so enumeration of examples one by one sees nothing."""
    each, certificate = faults(Mixing())
    assert all(found == (MIXED, "biased, where it promises not to be") for found in each)
    assert f"  {MIXED} (vae-1, quadratic)" in certificate.table()
    assert all(row.draws == 4_000 and row.bias > 0.05 for row in certificate.rows)


def test_examples_may_not_be_mixed_without_bias_either():
    each, certificate = faults(Neighbours())
    assert all(found == (MIXED,) for found in each)
    assert all(row.z < 4.8 for row in certificate.rows)


def test_zero_over_zero_at_the_first_step_is_refuted():
    each, certificate = faults(Unready())
    for found, row in zip(each, certificate.rows, strict=True):
        assert found == ("not finite: 192 of 192 estimates, with fresh memory",)
        assert row.bias is None and row.interval is None and row.variance_ratio == 1
    assert "no number" in certificate.table() and certificate.table().endswith("quadratic)")


def test_no_number_ever_is_refuted_and_counted():
    each, _ = faults(Lost())
    assert all(found == ("not finite: 192 of 192 estimates, with fresh memory",) for found in each)


def test_one_infinite_estimate_in_many_is_counted():
    each, _ = faults(Seldom())
    for (sentence,) in each:
        count = int(sentence.removeprefix("not finite: ").split(" of ")[0])
        # Nine uniforms of a batch, each above 0.999 once in a thousand: 36 of 4,000 on average.
        assert sentence.endswith("of 4000 estimates, with fresh memory") and 10 < count < 80


def test_what_is_sound_has_no_fault():
    certificate = certify(Halved(), nets=NETS_USED)
    assert certificate.kept and all(row.faults == () for row in certificate.rows)


@pytest.mark.parametrize("word", ["10", "0", "many", "100000000", "-5"])
def test_the_command_says_how_many_draws_it_takes(word, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["check", "half", f"--draws={word}"])
    assert ended.value.code == 2
    assert "is not a whole number from 1,000 to 10,000,000" in capsys.readouterr().err


def test_the_command_says_which_setting_it_does_not_know(capsys):
    assert main(["check", "half", "--settings", '{"typo": 1}']) == 2
    assert "typo" in capsys.readouterr().err


def likelihood_ratio(f, logits):
    b = (torch.rand_like(logits) < logits.sigmoid()).to(logits)
    return f(b).unsqueeze(-1) * (b - logits.sigmoid())


@pytest.mark.parametrize("shape", [lambda g: g.mean(0), lambda g: g[0], lambda g: g.sum(-1)])
def test_another_shape_than_that_of_the_logits_is_refused(shape):
    with pytest.raises(ValueError, match="One estimate for each copy of the logits is wanted"):
        certify_function(lambda f, a: shape(likelihood_ratio(f, a)), draws=2_000)


def test_a_mean_over_copies_in_the_shape_of_the_logits_is_seen():
    """It has no variance, so that nothing excuses its distance from the exact gradient."""
    average = lambda f, a: likelihood_ratio(f, a).mean(0).expand_as(a)
    assert not any(row.kept for row in certify_function(average, draws=2_000).rows)


def test_a_function_that_is_not_finite_is_not_kept():
    def broken(f, logits):
        g = likelihood_ratio(f, logits)
        g[3] = torch.nan
        return g

    certificate = certify_function(broken, draws=2_000)
    assert all(row.faults == ("not finite: 1 of 2000 estimates",) for row in certificate.rows)
