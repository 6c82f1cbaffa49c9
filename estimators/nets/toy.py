"""The field's canonical toy: the mean over units b of (b - t)^2, each unit with a logit of
its own."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..chain import Params
from ..units import Unit
from .layered import Layered


class Toy(Layered):
    def __init__(
        self, units: list[Unit], sizes: dict[str, int], bound: int = 1, target: float = 0.499
    ) -> None:
        super().__init__(units, sizes, bound)
        self.target = target

    @staticmethod
    def view(images: Tensor) -> Params:
        return {"x": images.new_zeros(len(images), 0)}

    def init(self, generator: torch.Generator) -> Params:
        return {"q0.b": torch.zeros(self.units[0].n)}

    def logits(self, params: Params, l: int, z: Sequence[Tensor], batch: Params) -> Tensor:
        return params["q0.b"].expand(len(batch["x"]), -1)

    def term(
        self, params: Params, l: int, z: Sequence[Tensor], log_q: Tensor, batch: Params
    ) -> Tensor:
        return (z[0] - self.target).square().mean(-1, keepdim=True)
