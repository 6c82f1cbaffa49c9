"""Which examples make the minibatches of runs, and what becomes of their pixels."""

from collections.abc import Sequence

import torch
from torch import Tensor

from .. import noise
from ..chain import Params


class Minibatches:
    """Of R runs, from data that lie where the runs train.

    Each epoch goes through the data in an order of its own and leaves out what fills no minibatch;
    fewer examples than that are repeated.
    """

    def __init__(self, data: Params, seeds: Sequence[int], size: int, drawn: bool = False) -> None:
        """With ``drawn``, data are probabilities, and each step draws its zeros and ones from
        them."""
        self.data, self.seeds, self.size, x = data, seeds, size, data["x"]
        self.total, self.device, self.epoch = len(x), x.device, -1
        # Steps of an epoch.
        self.steps = max(self.total // size, 1)
        self.order = torch.empty(len(seeds), self.total, dtype=torch.int64, device=x.device)
        self.places = torch.arange(size, device=x.device)
        grey = [(1, size, *v.shape[1:]) for v in data.values()] if drawn else []
        self.pixels = noise.Uniforms(grey, seeds, x.dtype, noise.PIXELS, x.device)

    def prepare(self, step: int) -> None:
        """Puts the examples into the order of a step's epoch, if they are in another's."""
        if (epoch := step // self.steps) != self.epoch:
            orders = noise.example_orders(self.seeds, noise.ROWS, epoch, self.total, self.device)
            self.order.copy_(orders)
            self.epoch = epoch

    def epoch_end(self, step: int) -> int:
        """The first step of the epoch after a step's."""
        return (step // self.steps + 1) * self.steps

    def rows(self, step: noise.Step) -> Tensor:
        """[R, B]: the examples of a step of the epoch that was prepared."""
        places = (step % self.steps * self.size + self.places) % max(self.total, 1)
        return self.order.index_select(1, places)

    def at(self, step: noise.Step) -> Params:
        """[R, B, ...] of a step of the epoch that was prepared."""
        rows = self.rows(step)
        batch = {k: torch.nn.functional.embedding(rows, v) for k, v in self.data.items()}
        for k, u in zip(batch, self.pixels.at(step), strict=False):
            batch[k] = (u[:, 0] < batch[k]).to(u.dtype)
        return batch
