"""Omniglot at 28x28, from the file chardata.mat of the IWAE paper's code.

Nobody has published a checksum of it: its shapes are checked instead.  Images lie in columns, by
columns.
"""

import numpy as np

from ..specs.datasets import Omniglot
from . import Images
from .binarise import binarised_images
from .mat import matlab_arrays
from .shelf import Corrupt, File, Shelf


def letter_inks(content: bytes) -> list[np.ndarray]:
    """Ink [N, 784] of what is to train and to validate on, and of what is to test on.  Raises
    Corrupt."""
    train, test = (
        upright_images(images) for images in matlab_arrays(content, FILE.name, ("data", "testdata"))
    )
    first, later, last = Omniglot.split
    if (len(train), len(test)) != (first + later, last):
        raise Corrupt(
            f"{FILE.name} holds {len(train)} and {len(test)} images, not {first + later} and {last}."
        )
    return [train, test]


def upright_images(images: np.ndarray) -> np.ndarray:
    """[784, N], by columns, as [N, 784], by rows."""
    return images.T.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(-1, 784)


FILE = File("chardata.mat", None, letter_inks)
SHELF = Shelf(
    "omniglot", (FILE,), mirrors=("https://github.com/yburda/iwae/raw/master/datasets/OMNIGLOT/",)
)


def load_images(spec: Omniglot) -> Images:
    """Raises Missing, Corrupt, and ImportError without scipy."""
    train, test = letter_inks(SHELF.read(FILE))
    first, _, _ = spec.split
    return binarised_images([train[:first], train[first:], test], spec.binarisation, full=1)
