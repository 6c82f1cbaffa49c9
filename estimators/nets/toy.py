"""The field's canonical toy: the mean over units b of (b - t)^2, each unit with a logit of its own."""

import torch

from .layered import Layered


class Toy(Layered):
    def __init__(self, units, sizes, bound=1, target=0.499):
        super().__init__(units, sizes, bound)
        self.target = target

    @staticmethod
    def view(images):
        return {"x": images.new_zeros(len(images), 0)}

    def init(self, generator):
        return {"q0.b": torch.zeros(self.units[0].n)}

    def logits(self, params, l, z, batch):
        return params["q0.b"].expand(len(batch["x"]), -1)

    def term(self, params, l, z, log_q, batch):
        return (z[0] - self.target).square().mean(-1, keepdim=True)
