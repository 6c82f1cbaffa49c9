"""Repeated gradients at frozen parameters: one after the other, and as measurements take them."""

import torch

from .. import noise
from ..core import estimate_gradient
from ..measuring import frozen
from ..registry import build_estimator
from ..specs import Estimator
from ..training.train import initial_state
from .programs import Size, noise_images, timed_net
from .turns import Side


def snapshot_sides(
    spec: Estimator, draws: int, size: Size, device: torch.device
) -> dict[str, Side]:
    """Sums of gradients and of their squares, of so many draws on one minibatch, by two ways."""
    net, x, estimator = (
        timed_net(size, device),
        noise_images(device, size.batch),
        build_estimator(spec),
    )
    params, memory = initial_state(estimator, net, 0, x)
    at = (estimator, net, params, memory, {"x": x})
    count = sum(p.numel() for p in params.values())

    def loop() -> tuple[torch.Tensor, torch.Tensor]:
        shapes = estimator.noise(net, size.batch)
        uniforms = noise.Uniforms(shapes, [0], x.dtype, noise.ESTIMATE, device)
        total, square = (
            x.new_zeros(count, dtype=torch.float64),
            x.new_zeros((), dtype=torch.float64),
        )
        for i in range(draws):
            gradient = estimate_gradient(*at, [u[0] for u in uniforms.at(i)]).params
            g = frozen.flat_gradient(gradient)
            total += g
            square += g.square().sum()
        return total, square

    return {"loop": Side(loop), "measurement": Side(lambda: frozen.draw_blocks(*at, 0, draws))}
