"""What all sides of a comparison start from."""

from typing import NamedTuple

import torch
from torch import Tensor

from estimators.chain import Params
from estimators.devices import HOST
from estimators.noise import PARAMETERS, seeded_generator
from estimators.timing.programs import Size, noise_images, timed_net
from estimators.timing.textbook import TextbookVAE


class Start(NamedTuple):
    """Parameters by our names, images [N, pixels] and their mean [pixels]."""

    params: Params
    images: Tensor
    mean: Tensor
    size: Size
    draws: int

    def minibatch(self) -> Tensor:
        """Of examples drawn at random, [B, pixels]."""
        return self.images[torch.randint(len(self.images), (self.size.batch,))]

    def modules(self) -> TextbookVAE:
        """Modules of torch with these parameters."""
        net = TextbookVAE(self.size.widths)
        net.load_params(self.params)
        return net


def peer_start(size: Size, draws: int) -> Start:
    """Where our runs of seed 0 start."""
    net, images = timed_net(size, HOST), noise_images(HOST)
    params = net.init(seeded_generator(0, PARAMETERS))
    return Start(params, images, net.mean, size, draws)
