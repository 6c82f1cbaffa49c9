"""From ink to what a model sees."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from .. import noise
from ..specs.datasets import Dynamic, Grey, Static, Threshold
from . import Images


def binarised_images(
    parts: Sequence[np.ndarray], how: Threshold | Static | Dynamic | Grey, full: float = 255
) -> Images:
    """Of the ink [N, pixels] of train, validation and test, from 0 to ``full``."""
    inks = [torch.from_numpy(part.astype(np.float32)) / full for part in parts]
    if isinstance(how, Grey):
        return Images(*inks)
    if isinstance(how, Threshold):
        return Images(*[(ink > how.level).float() for ink in inks])
    train, validation, test = (
        (pixel_uniforms(how.seed, number, ink) < ink).float() for number, ink in enumerate(inks)
    )
    return Images(train, validation, test, inks[0] if isinstance(how, Dynamic) else None)


def pixel_uniforms(seed: int, number: int, like: Tensor) -> Tensor:
    """Of the shape of ``like``, for the part of that number."""
    u = noise.drawn_once(tuple(like.shape), np.float32, seed, noise.PIXELS, number)
    return torch.from_numpy(u)
