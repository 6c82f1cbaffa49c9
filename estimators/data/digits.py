"""The test part of UCI's Optical recognition of handwritten digits: 1,797 images of 8x8, ink 0 to
16.

Writers follow one another in the file, so it is shuffled before it is split; the order is fixed.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
import torch

from .. import noise
from ..specs.datasets import Digits
from . import Images
from .shelf import File, check_content

FILE = Path(__file__).with_name("digits.npz")
SHA256 = "af104d81e7cd419be5f343d23c6ca2e4e4ff847b06636260802df8e903c6183f"
# The darkest pixel.
FULL_INK = 16
# Seed of the order in which images are split.
ORDER = 0


def load_images(spec: Digits) -> Images:
    """Raises Corrupt where the file is not the one that the package ships."""
    content = check_content(FILE.read_bytes(), File(FILE.name, SHA256), FILE)
    with np.load(BytesIO(content)) as file:
        ink = file["images"]
    words = noise.noise_stream(ORDER, noise.SPLIT, 0).bit_generator.random_raw(len(ink))
    order = words.argsort(kind="stable")
    images = torch.from_numpy(ink[order] > spec.threshold * FULL_INK).float()
    return Images(*torch.split(images, list(spec.split)))
