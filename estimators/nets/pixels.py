"""What a decoder's output means for an image: pixels of zeros and ones, or grey ones."""

import torch
import torch.nn.functional as F

from ..units import Bernoulli, Gaussian

LEAST = 0.00025  # variance of a grey pixel


class BernoulliPixels:
    """The output is the logits."""

    def __init__(self, n, spec):
        self.unit = Bernoulli(n)

    def init(self):
        """Fresh parameters beside the decoder's."""
        return {}

    def saying(self, mean):
        """The output [n] of which a mean image is the expectation."""
        return mean.clamp(0.001, 0.999).logit()

    def of(self, params, out):
        """Parameters [..., n, *p] of the unit, from the output [..., n]."""
        return out


class GaussianPixels:
    """The output is the mean.  Each pixel has a variance that all images share.

    As in the code of double control variates and RODEO (Titsias and Shi, AISTATS 2022,
    arXiv:2111.05300; Shi et al., NeurIPS 2022, arXiv:2202.09497) the variance is learned through a
    softplus and has a floor. Departure: ink is from 0 to 1 where that code has -1 to 1, so start
    and floor are a quarter of its own, and the same fit is log 2 nats a pixel better.
    """

    def __init__(self, n, spec):
        self.unit, self.variance, self.learned = (
            Gaussian(n),
            torch.full((n,), spec.variance),
            spec.learned,
        )

    def init(self):
        return {"p0.s": self.variance.expm1().log()} if self.learned else {}

    def saying(self, mean):
        return mean.clone()

    def of(self, params, out):
        variance = self.variance.to(out.dtype)
        if self.learned:
            variance = F.softplus(params["p0.s"]).clamp(min=LEAST)
        return torch.stack([out, (variance.log() / 2).expand_as(out)], -1)


PIXELS = {"bernoulli": BernoulliPixels, "gaussian": GaussianPixels}  # by the family of their spec
