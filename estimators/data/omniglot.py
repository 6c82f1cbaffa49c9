"""Omniglot at 28x28, from the file chardata.mat of the IWAE paper's code.

Nobody has published a checksum of it: its shapes are checked instead.  Images lie in columns, by
columns.
"""

import numpy as np

from ..specs.datasets import Omniglot
from .binarise import binarised
from .mat import arrays
from .shelf import Corrupt, File, Shelf


def inks(content: bytes) -> list[np.ndarray]:
    """Ink [N, 784] of what is to train and to validate on, and of what is to test on.  Raises
    Corrupt."""
    train, test = (upright(images) for images in arrays(content, FILE.name, ("data", "testdata")))
    first, later, last = Omniglot.split
    if (len(train), len(test)) != (first + later, last):
        raise Corrupt(
            f"{FILE.name} holds {len(train)} and {len(test)} images, not {first + later} and {last}."
        )
    return [train, test]


def upright(images: np.ndarray) -> np.ndarray:
    """[784, N], by columns, as [N, 784], by rows."""
    return images.T.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(-1, 784)


FILE = File("chardata.mat", None, inks)
SHELF = Shelf(
    "omniglot", (FILE,), mirrors=("https://github.com/yburda/iwae/raw/master/datasets/OMNIGLOT/",)
)


def load(spec):
    train, test = inks(SHELF.read(FILE))
    first, _, _ = spec.split
    return binarised([train[:first], train[first:], test], spec.binarisation, full=1)
