"""A toy of units that see nothing: the mean over them of |v - t|^p, after the polynomial programme
of ReinMax (Liu et al., NeurIPS 2023, arXiv:2304.08612).

Class c of C has the value c / (C - 1), so that two classes are a unit of zero and one.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..chain import Params
from ..units import Unit
from .layered import Layered, parameter_size


class PolynomialToy(Layered):
    def __init__(
        self,
        units: list[Unit],
        sizes: dict[str, int],
        bound: int = 1,
        target: float = 0.45,
        power: float = 2.0,
    ) -> None:
        super().__init__(units, sizes, bound)
        self.target, self.power = target, power

    @staticmethod
    def view(images: Tensor) -> Params:
        return {"x": images.new_zeros(len(images), 0)}

    def init(self, generator: torch.Generator) -> Params:
        return {"q0.b": torch.zeros(parameter_size(self.units[0]))}

    def logits(self, params: Params, l: int, z: Sequence[Tensor], batch: Params) -> Tensor:
        rows = params["q0.b"].expand(len(batch["x"]), -1)
        return self.units[0].unflat(rows)

    def term(
        self, params: Params, l: int, z: Sequence[Tensor], log_q: Tensor, batch: Params
    ) -> Tensor:
        values = z[0]
        if self.units[0].value:
            (classes,) = self.units[0].value
            scale = torch.linspace(0, 1, classes, dtype=values.dtype, device=values.device)
            values = values @ scale
        return (values - self.target).abs().pow(self.power).mean(-1, keepdim=True)
