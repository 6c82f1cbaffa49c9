"""No data: one image without pixels in every part."""

import torch


def load(spec):
    return [torch.empty(1, 0)] * 3
