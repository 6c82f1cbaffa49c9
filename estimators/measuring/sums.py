"""Sums of gradients in float64, of which few at a time are wider than they came."""

import torch
from torch import Tensor

from ..chain import Params

# Numbers in float64 that are made of gradients at once: what stays in a cache.
PIECE = 2**16


def add_tree(totals: Tensor, squares: Tensor, rows: Tensor, tree: Params) -> None:
    """``add_gradients`` of all parameters [n, ...], which the coordinates of the sums hold in their
    order."""
    spans = totals.split([g[0].numel() for g in tree.values()], 1)
    for sums, g in zip(spans, tree.values(), strict=True):
        add_gradients(sums, squares, rows, g.flatten(1))


def add_gradients(totals: Tensor, squares: Tensor, rows: Tensor, g: Tensor) -> None:
    """Adds gradients [n, p], and their squared lengths, to those rows [n] of sums in float64,
    [rows, p] and [rows]; rows ascend.  Few of them at a time are in float64."""
    some, counts = rows.unique_consecutive(return_counts=True)
    width = max(1, PIECE // len(g))
    for sums, part in zip(totals.split(width, 1), g.split(width, 1), strict=True):
        wide = part.double()
        squares.index_add_(0, rows.to(g.device), squared_lengths(wide))
        for row, of_row in zip(some.tolist(), wide.split(counts.tolist()), strict=True):
            sums[row] += of_row.sum(0)


def squared_lengths(g: Tensor) -> Tensor:
    """[n, P] -> [n], float64."""
    lengths: Tensor = torch.linalg.vector_norm(g, dim=1, dtype=torch.float64)
    return lengths.square()
