"""Omniglot at 28x28, from the file chardata.mat of the IWAE paper's code.

Nobody has published a checksum of it: its shapes are checked instead.  Images lie in columns, by columns.
"""

import io

import numpy as np

from .binarise import binarised
from .shelf import Corrupt, File, Shelf

FILE = File("chardata.mat", None)
SHELF = Shelf("omniglot", (FILE,), mirrors=("https://github.com/yburda/iwae/raw/master/datasets/OMNIGLOT/",))


def load(spec):
    content = SHELF.read(FILE)
    train, test = (upright(content, name) for name in ("data", "testdata"))
    first, later, last = spec.split
    if (len(train), len(test)) != (first + later, last):
        raise Corrupt(
            f"{FILE.name} holds {len(train)} and {len(test)} images, not {first + later} and {last}."
        )
    return binarised([train[:first], train[first:], test], spec.binarisation, full=1)


def upright(content: bytes, name: str) -> np.ndarray:
    """[N, 784], rows first."""
    try:
        from scipy.io import loadmat
    except ImportError as error:
        raise ImportError("Omniglot is a .mat file: reading it wants scipy (pip install scipy).") from error
    images = loadmat(io.BytesIO(content), variable_names=[name])[name]  # [784, N]
    return images.T.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(-1, 784)
