"""A small network of leaky units at many places along a line, without its hidden layer.

Along a line each unit bends once, so that the network is straight between neighbouring bends: a
place costs a look-up in a table of the units' sums, and not the activation of every unit.
"""

import torch
from torch import Tensor

# Of a leaky unit below its bend: that of torch's leaky_relu.
LEAK = 0.01


def network_along(params: dict[str, Tensor], l: int, still: Tensor, moving: Tensor) -> Tensor:
    """What ``affine.network_map`` of leaky units makes of two features, ``still`` [..., 1] and
    ``moving`` [..., n], which is where on the line: [..., outputs, n]."""
    weights = params[f"in{l}.w"]
    level, tilt = still * weights[0] + params[f"in{l}.b"], weights[1]
    # Which way along the line a unit wakes up.
    side = 1 - 2 * (tilt < 0).to(tilt.dtype)
    bends, order = (-(side * level) / tilt.abs()).detach().sort(-1)
    table = straight_pieces(params[f"out{l}.w"].T, level, tilt, side, order)
    piece = torch.searchsorted(bends, moving.detach().contiguous()).unsqueeze(-2)
    lines = table.gather(-1, piece.expand(*table.shape[:-1], piece.shape[-1]))
    offset, slope = lines.chunk(2, -2)
    return offset + slope * moving.unsqueeze(-2) + params[f"out{l}.b"].unsqueeze(-1)


def straight_pieces(
    out: Tensor, level: Tensor, tilt: Tensor, side: Tensor, order: Tensor
) -> Tensor:
    """Offsets and slopes of the outputs between bends, from left to right: ``level`` and ``order``
    [..., H], ``tilt`` and ``side`` [H], ``out`` [outputs, H] -> [..., 2 outputs, H + 1]."""
    # Of every unit where it is awake.
    slopes = (tilt * out).expand(*level.shape[:-1], *out.shape)
    whole = torch.cat([level.unsqueeze(-2) * out, slopes], -2)
    start = ((1 + LEAK) / 2 - (1 - LEAK) / 2 * side) * whole
    change = ((1 - LEAK) * side * whole).gather(-1, order.unsqueeze(-2).expand_as(whole))
    # Sums by a product: on a GPU, torch's own have no fixed order.
    before = out.new_ones(order.shape[-1], order.shape[-1] + 1).triu(1)
    return start.sum(-1, keepdim=True) + change @ before
