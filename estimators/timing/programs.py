"""Programs of runs to be timed, on pictures of noise: their sizes matter, and nothing else."""

from typing import NamedTuple

import torch

from ..devices import HOST
from ..nets.discrete_vae import DiscreteVAE
from ..registry import build_estimator, build_net, model_view
from ..specs import Estimator, models
from ..specs.training import Adam, Training
from ..training.train import Member, Trainer

PIXELS, EXAMPLES, RATE = 784, 2_000, 1e-3


class Size(NamedTuple):
    """Runs in a program, examples in a minibatch, units of each layer."""

    lanes: int = 8
    batch: int = 100
    widths: tuple[int, ...] = (200, 200, 200)

    @property
    def model(self) -> models.DiscreteVAE:
        """The one of the papers: linear maps, values as -1 and 1, a learned prior."""
        return models.DiscreteVAE(layers=tuple(models.Bernoulli(n=n) for n in self.widths))


def noise_images(device: torch.device, count: int = EXAMPLES) -> torch.Tensor:
    """Zeros and ones [count, pixels], a fifth of them ones, always the same."""
    generator = torch.Generator().manual_seed(0)
    return (torch.rand(count, PIXELS, generator=generator) < 0.2).float().to(device)


def timed_net(size: Size, device: torch.device) -> DiscreteVAE:
    """It knows the mean of the images."""
    net = build_net(size.model, {"x": PIXELS})
    assert isinstance(net, DiscreteVAE)
    net.see(model_view(size.model, noise_images(device)))
    return net


def timed_trainer(spec: Estimator, size: Size, device: torch.device) -> Trainer:
    """Runs of seeds 0, 1, ... with Adam, past their first steps."""
    runs = [Member(seed, {"learning_rate": RATE}) for seed in range(size.lanes)]
    training = Training(batch_size=size.batch, optimizer=Adam(), learning_rate=RATE)
    data = {"x": noise_images(device)}
    trainer = Trainer(build_estimator(spec), timed_net(size, device), data, runs, training)
    # On a device the first ones are no more than a rehearsal.
    trainer.run(2 if device == HOST else 10)
    return trainer
