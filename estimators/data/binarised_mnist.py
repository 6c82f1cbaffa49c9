"""Larochelle's files of MNIST in zeros and ones: text, an image a line.

Nobody has published a checksum of them: the number of lines and what is on them is checked instead.
"""

from functools import partial

import numpy as np
import torch

from ..specs.datasets import BinarisedMNIST
from . import Images
from .shelf import Corrupt, File, Shelf

BLANKS = b" \t\r\n"


def parse_lines(content: bytes, name: str, count: int) -> np.ndarray:
    """[count, 784] of zeros and ones.  Raises Corrupt."""
    characters = np.frombuffer(content, np.uint8)
    figures = characters[~np.isin(characters, np.frombuffer(BLANKS, np.uint8))] - ord("0")
    if (figures > 1).any():
        raise Corrupt(f"{name} holds something other than zeros and ones.")
    widths = {len(line.split()) for line in content.splitlines()[:100]}
    if figures.size != count * BinarisedMNIST.pixels or widths != {BinarisedMNIST.pixels}:
        raise Corrupt(
            f"{name} holds {figures.size} figures, and {count} lines of"
            f" {BinarisedMNIST.pixels} are wanted."
        )
    return figures.reshape(count, -1)


FILES = tuple(
    File(name, None, partial(parse_lines, name=name, count=count))
    for name, count in zip(BinarisedMNIST.files, BinarisedMNIST.split, strict=True)
)
SHELF = Shelf(
    "binarised_mnist",
    FILES,
    mirrors=("http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/",),
)


def load_images(spec: BinarisedMNIST) -> Images:
    """Raises Missing, Corrupt."""
    sizes = zip(FILES, spec.sizes, strict=True)
    parts = [parse_lines(SHELF.read(file), file.name, count) for file, count in sizes]
    return Images(*[torch.from_numpy(part.astype(np.float32)) for part in parts])
