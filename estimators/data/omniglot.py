"""Omniglot at 28x28, from the file chardata.mat of the IWAE paper's code.

Nobody has published a checksum of it: its shapes and the range of its ink are checked instead.
Images lie in columns, by columns; ink is a share of the full one, from 0 to 1.  A file with images
in rows, with images of two axes, with ink to 255 or with letters of zeros is refused: read as it
is, it would be scrambled, black or inverted.  Whether the pixels of an image lie by columns cannot
be seen from the file.
"""

import numpy as np

from ..specs.datasets import Omniglot
from . import Images
from .binarise import binarised_images
from .mat import matlab_arrays
from .shelf import Corrupt, File, Shelf


def letter_inks(content: bytes) -> list[np.ndarray]:
    """Ink [N, 784] of what is to train and to validate on, and of what is to test on.

    Raises Corrupt where the arrays have another order or range, and ImportError without scipy.
    """
    first, later, last = Omniglot.split
    counts = {"data": first + later, "testdata": last}
    arrays = matlab_arrays(content, FILE.name, tuple(counts))
    return [
        upright_images(checked_ink(key, ink, counts[key]))
        for key, ink in zip(counts, arrays, strict=True)
    ]


def checked_ink(key: str, ink: np.ndarray, count: int) -> np.ndarray:
    """The same array.  Raises Corrupt unless it holds so many images in columns, from 0 to 1."""
    if ink.shape != (Omniglot.pixels, count):
        raise Corrupt(
            f"{FILE.name} holds {key} of shape {ink.shape}, not ({Omniglot.pixels}, {count}):"
            " an image a column is wanted."
        )
    if ink.dtype.kind not in "buif":
        raise Corrupt(f"{FILE.name} holds {key} of {ink.dtype}, not of numbers.")
    least, most = float(ink.min()), float(ink.max())
    if not (least >= 0 and 0.5 < most <= 1):
        raise Corrupt(
            f"{FILE.name} holds {key} with ink from {least:g} to {most:g}, not from 0 to 1."
        )
    if ink.mean() > 0.5:
        raise Corrupt(f"{FILE.name} holds {key} with more ink than paper: letters are of ones.")
    return ink


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
