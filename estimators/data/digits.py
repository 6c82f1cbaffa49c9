"""The test part of UCI's Optical recognition of handwritten digits: 1,797 images of 8x8, ink 0 to 16.

Writers follow one another in the file, so it is shuffled before it is split; the order is fixed.
"""

from pathlib import Path

import numpy as np
import torch

from .. import noise
from . import verified

FILE = Path(__file__).with_name("digits.npz")
SHA256 = "af104d81e7cd419be5f343d23c6ca2e4e4ff847b06636260802df8e903c6183f"
FULL = 16  # ink
ORDER = 0  # seed of the order


def load(spec):
    with np.load(verified(FILE, SHA256)) as file:
        ink = file["images"]
    order = noise.order(ORDER, noise.SPLIT, 0, len(ink))
    images = torch.from_numpy(ink[order] > spec.threshold * FULL).float()
    return images.split(spec.split)
