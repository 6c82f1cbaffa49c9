"""No data: one image without pixels in every part."""

import torch

from . import Images


def load(spec):
    return Images(*[torch.empty(1, 0)] * 3)
