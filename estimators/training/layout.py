"""All that a run trains as one row of numbers."""

import torch
from torch import Tensor

from ..chain import Params

KINDS = ("params", "learned")


class Layout:
    """Where a run's parameters, and then what its estimator learns, lie in its row."""

    def __init__(self, *trees: Params):
        self.shapes = [{k: t.shape for k, t in tree.items()} for tree in trees]
        self.sizes = [sum(shape.numel() for shape in shapes.values()) for shapes in self.shapes]

    def row(self, *trees: Params) -> Tensor:
        pairs = zip(self.shapes, trees, strict=True)
        return torch.cat([tree[k].reshape(-1) for shapes, tree in pairs for k in shapes])

    def trees(self, rows: Tensor) -> list[Params]:
        """[..., row] -> parameters, and what is learned: views [..., *shape]."""
        parts = zip(self.shapes, rows.split(self.sizes, -1), strict=True)
        return [self.tree(shapes, part) for shapes, part in parts]

    @staticmethod
    def tree(shapes: dict[str, torch.Size], rows: Tensor) -> Params:
        pieces = rows.split([shape.numel() for shape in shapes.values()], -1) if shapes else ()
        return {
            k: piece.view(*rows.shape[:-1], *shapes[k])
            for k, piece in zip(shapes, pieces, strict=True)
        }
