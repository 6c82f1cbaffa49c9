"""How many estimates are taken together, by the memory that they hold at once."""

import pytest
import torch

from estimators import noise
from estimators.core import Memory
from estimators.measuring import chunks, frozen
from estimators.measuring.chunks import chunk_size, peak_bytes
from estimators.registry import build_estimator
from estimators.specs.score_function import ReinforceLOO
from estimators.timing.programs import HOST, Size, noise_images, timed_net

LOO = build_estimator(ReinforceLOO(draws=4))


def made(n: int) -> torch.Tensor:
    return torch.ones(n, dtype=torch.float64)


def chain_of_sums() -> torch.Tensor:
    x = made(10)
    for _ in range(5):
        x = x + 1
    return x


@pytest.mark.parametrize(
    "f, numbers",
    [
        (lambda: made(3), 3),
        (lambda: [made(3) for _ in range(4)], 12),
        (chain_of_sums, 20),
        (lambda: made(6).view(2, 3).T, 6),
        (lambda: (made(6).add_(1), made(6).unbind()), 12),
        (lambda: made(100).sum() + made(50).sum(), 101),
    ],
)
def test_the_peak_is_of_what_lies_in_memory_at_once(f, numbers):
    assert peak_bytes(f) == 8 * numbers


def test_what_autograd_keeps_lies_in_memory():
    def gradient():
        x = torch.ones(100, dtype=torch.float64).requires_grad_()
        y = x.exp().exp().exp()
        return torch.autograd.grad(y.sum(), x)

    assert peak_bytes(gradient) >= 8 * 400


def test_one_is_taken_however_large():
    assert chunk_size(lambda: torch.empty(chunks.ROOM)) == 1
    assert chunk_size(lambda: torch.empty(chunks.ROOM // 16)) == 4


def test_draws_hold_their_sums_and_the_room_of_a_chunk(monkeypatch):
    """Of a hundred chunks no more is in memory than of one."""
    size = Size(1, 20, (30, 20))
    net, x = timed_net(size, HOST), noise_images(HOST, 20)
    params = net.init(noise.seeded_generator(0, noise.PARAMETERS))
    at = (LOO, net, params, Memory(), {"x": x}, 0)
    sums = 8 * frozen.BLOCKS * sum(p.numel() for p in params.values())
    u = [v[0].clone() for v in noise.Uniforms(LOO.noise(net, 20), [0], x.dtype).at(0)]
    one = peak_bytes(lambda: frozen.estimate_gradient(*at[:-1], u))
    monkeypatch.setattr(chunks, "ROOM", 3 * one)
    few, many = (peak_bytes(lambda n=n: frozen.draw_blocks(*at, n)) for n in (6, 60))
    assert few < sums + 4 * one + 2**20
    assert many < few + one / 2
