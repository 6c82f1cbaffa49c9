"""Noise is a function of (seed, step), and of nothing else."""

import numpy as np
import pytest
import torch

from estimators import noise, philox
from estimators.training.minibatches import Minibatches

SHAPES = [(2, 3, 4), (1, 3, 2)]


def at(seeds, step, shapes=SHAPES):
    return noise.Uniforms(shapes, seeds, torch.float32).at(step)


def test_noise_is_a_function_of_seed_and_step():
    both = noise.Uniforms(SHAPES, [1, 2], torch.float32)
    steps = (0, 7, 8, 40)
    forward = [[u.clone() for u in both.at(step)] for step in steps]
    for step, many in zip(steps[::-1], forward[::-1], strict=True):
        for source in (both.at(step), at([1, 2], step)):
            assert all(torch.equal(m, s) for m, s in zip(many, source, strict=True))
        assert all(torch.equal(m[1], one[0]) for m, one in zip(many, at([2], step), strict=True))
    starts = [x for step in forward for u in step for x in u.flatten(0, 1)[:, 0, 0].tolist()]
    assert len(set(starts)) == len(starts)  # no run, step, layer or draw repeats another


@pytest.mark.parametrize("together", [1, 2, 5])
def test_runs_that_are_filled_together_have_the_noise_of_each(monkeypatch, together):
    shapes, seeds, filled = [(2, 3, 5)], [4, 8, 15, 16, 23], []
    alone = [noise.Uniforms(shapes, [seed], torch.float32).at(7)[0] for seed in seeds]
    fill = noise.fill_uniforms
    monkeypatch.setattr(noise, "PIECE", together * 2 * 3 * 5)
    monkeypatch.setattr(noise, "fill_uniforms", lambda *to: filled.append(fill(*to)))
    [values] = noise.Uniforms(shapes, seeds, torch.float32).at(7)
    assert torch.equal(values, torch.cat(alone)) and len(filled) == -(-len(seeds) // together)


def test_estimators_share_the_draws_they_both_want():
    one, two = (at([1], 5, [(k, 3, 4)])[0] for k in (1, 2))
    assert torch.equal(one[:, 0], two[:, 0])
    later = noise.Uniforms([(1, 3, 4)], [1], torch.float32).at(5, first=1)[0]
    assert torch.equal(later[:, 0], two[:, 1])


@pytest.mark.parametrize("dtype, tiny", [(torch.float32, 2.0**-24), (torch.float64, 2.0**-53)])
def test_uniforms_are_uniform_and_never_zero_or_one(dtype, tiny):
    u = noise.Uniforms([(1, 1_000_000)], [7], dtype).at(0)[0].flatten().double()
    assert tiny <= u.min() and u.max() <= 1 - tiny
    n = len(u)
    for power in (1, 2, 3, 8):  # moments 1/(p + 1), within 4.8 standard errors
        spread = (1 / (2 * power + 1) - 1 / (power + 1) ** 2) ** 0.5 / n**0.5
        assert abs(u.pow(power).mean() - 1 / (power + 1)) < 4.8 * spread
    counts = np.bincount((u * 256).long().numpy(), minlength=256)
    assert ((counts - n / 256) ** 2 / (n / 256)).sum() < 255 + 4.8 * (2 * 255) ** 0.5
    neighbours = ((u[1:] - 0.5) * (u[:-1] - 0.5)).mean() * 12
    assert abs(neighbours) < 4.8 / n**0.5


PLACES = [(3, 4, (0, 5, 6, 0)), (2**31 - 1, 9, (2**40 + 3, 10**8, 2, 0))]


@pytest.mark.parametrize("seed, purpose, counter", PLACES)
def test_tensors_of_integers_make_the_words_that_numpy_makes(seed, purpose, counter):
    first, *rest = counter
    numpys = np.random.Philox(
        key=philox.join_words((seed, purpose)), counter=philox.join_words(counter) - 1
    )
    key = [torch.tensor(seed), torch.tensor(purpose)]
    words = philox.tensor_words(key, [first + torch.arange(6), *map(torch.tensor, rest)])
    assert np.array_equal(words.numpy().view(np.uint64).ravel(), numpys.random_raw(24))
    stream = philox.HostStream((seed, purpose))
    stream.words((0, 0, 1, 0), 3)
    assert np.array_equal(stream.words(counter, 6), words.numpy().view(np.uint64).ravel())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_device_draws_the_bits_that_the_host_draws(dtype):
    uniforms = noise.Uniforms(SHAPES, [5, 6], dtype)
    host = [u.clone() for u in uniforms.at(11, first=1)]
    for layer, values in enumerate(uniforms.values):
        uniforms.fill_device(values.zero_(), torch.tensor(11), layer, first=1)
    assert all(map(torch.equal, host, uniforms.values))


def test_a_device_goes_through_the_examples_in_the_order_of_the_host():
    host = noise.example_orders([1, 2], noise.ROWS, 3, 103)
    assert torch.equal(noise.sorted_words([1, 2], noise.ROWS, 3, 103, torch.device("cpu")), host)
    assert sorted(host[0].tolist()) == list(range(103))


def minibatch_rows(seed, step, size, total):
    minibatches = Minibatches({"x": torch.empty(total, 1)}, [seed], size)
    minibatches.prepare(step)
    return minibatches.rows(step)[0]


def test_an_epoch_sees_every_example_once_but_for_what_fills_no_minibatch():
    epochs = [
        torch.cat([minibatch_rows(3, 10 * e + k, 5, 53) for k in range(10)]) for e in range(2)
    ]
    for epoch in epochs:
        assert len(set(epoch.tolist())) == 50 and 0 <= epoch.min() and epoch.max() < 53
    assert not torch.equal(*epochs)
    assert not torch.equal(minibatch_rows(3, 0, 5, 53), minibatch_rows(4, 0, 5, 53))


def test_fewer_examples_than_a_minibatch_are_repeated():
    assert sorted(minibatch_rows(3, 9, 7, 3).bincount().tolist()) == [2, 2, 3]
    assert sorted(noise.frozen_rows(3, 6, 3).tolist()) == [0, 0, 1, 1, 2, 2]
    assert torch.equal(noise.frozen_rows(3, 2, 50), noise.frozen_rows(3, 4, 50)[:2])
