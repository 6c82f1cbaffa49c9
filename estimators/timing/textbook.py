"""Steps as a textbook of PyTorch has them: one seed, modules, torch.distributions, plain Adam.

Leave-one-out of K draws, and straight-through, on the discrete VAE that ``programs`` builds: linear
maps, values as -1 and 1, inputs centred, a learned prior of independent units.
"""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.distributions import Bernoulli

from ..chain import Params
from .programs import PIXELS, RATE, Size, noise_images

# Values [..., n] of a layer, from its distribution.
Sampler = Callable[[Bernoulli], Tensor]


class TextbookVAE(nn.Module):
    """An encoder up, a decoder down, and a prior."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        pairs = list(pairwise([PIXELS, *widths]))
        self.encoder = nn.ModuleList([nn.Linear(a, b) for a, b in pairs])
        self.decoder = nn.ModuleList([nn.Linear(b, a) for a, b in pairs])
        self.prior = nn.Parameter(torch.zeros(widths[-1]))

    @torch.no_grad()
    def load_params(self, params: Params) -> None:
        """By the names of our net: q0, q1, ... the maps up, p0, p1, ... those down, the prior."""
        for letter, layers in (("q", self.encoder), ("p", self.decoder)):
            for l, layer in enumerate(layers):
                weight, bias = params[f"{letter}{l}.w"].T, params[f"{letter}{l}.b"]
                layer.load_state_dict({"weight": weight, "bias": bias})
        self.prior.copy_(params[f"p{len(self.decoder)}.b"])

    def forward(self, x: Tensor, mean: Tensor, sample: Sampler) -> tuple[Tensor, Tensor]:
        """(negative ELBO, log q), [..., B]."""
        below, coded = x, x - mean
        log_q, log_p = x.new_zeros(()), x.new_zeros(())
        for up, down in zip(self.encoder, self.decoder, strict=True):
            q = Bernoulli(logits=up(coded), validate_args=False)
            z = sample(q)
            log_q = log_q + q.log_prob(z).sum(-1)
            p = Bernoulli(logits=down(2 * z - 1), validate_args=False)
            log_p = log_p + p.log_prob(below).sum(-1)
            below, coded = z, 2 * z - 1
        log_p = log_p + Bernoulli(logits=self.prior, validate_args=False).log_prob(below).sum(-1)
        return log_q - log_p, log_q


def leave_one_out_loss(net: TextbookVAE, x: Tensor, mean: Tensor, draws: int) -> Tensor:
    """Each of the draws judged against the mean of the others."""
    cost, log_q = net(x.expand(draws, *x.shape), mean, lambda q: q.sample())
    gap = (cost - cost.mean(0)).detach() * draws / (draws - 1)
    loss: Tensor = (gap * log_q + cost).mean()
    return loss


def straight_through_loss(net: TextbookVAE, x: Tensor, mean: Tensor, draws: int) -> Tensor:
    """Values hard, slopes those of the probabilities."""
    cost, _ = net(
        x.expand(draws, *x.shape), mean, lambda q: q.sample() + q.probs - q.probs.detach()
    )
    loss: Tensor = cost.mean()
    return loss


LOSSES = {"reinforce_loo": leave_one_out_loss, "straight_through": straight_through_loss}


def textbook_step(name: str, draws: int, size: Size, device: torch.device) -> Callable[[], Tensor]:
    """A step after the other, minibatches drawn at random: the loss before it."""
    torch.manual_seed(0)
    net, images, loss = TextbookVAE(size.widths).to(device), noise_images(device), LOSSES[name]
    optimizer, mean = torch.optim.Adam(net.parameters(), lr=RATE), images.mean(0)

    def step() -> Tensor:
        optimizer.zero_grad()
        batch = images[torch.randint(len(images), (size.batch,), device=device)]
        value = loss(net, batch, mean, draws)
        value.backward()
        optimizer.step()
        return value.detach()

    return step
