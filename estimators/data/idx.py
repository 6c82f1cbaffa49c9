"""The files of MNIST and of those who took its form: a kind, the axes, and bytes."""

import numpy as np

from . import Images
from .binarise import binarised
from .shelf import Corrupt, File, Shelf

UBYTE = 8


def array(content: bytes, name: str) -> np.ndarray:
    """[N, ...] of bytes.  Raises Corrupt."""
    kind, axes = content[2:4]
    shape = np.frombuffer(content, ">u4", axes, 4).astype(int)
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    if kind != UBYTE or values.size != shape.prod():
        raise Corrupt(f"{name} is no file of {'x'.join(map(str, shape))} bytes.")
    return values.reshape(shape)


def load(spec, shelf: Shelf) -> Images:
    """The last images to train on are for validation."""
    train, test = (
        array(shelf.read(file), file.name).reshape(-1, spec.pixels) for file in shelf.files
    )
    first, later, _ = spec.split
    return binarised([train[:first], train[first : first + later], test], spec.binarisation)


def files(train: str, test: str) -> tuple[File, ...]:
    """The images of both parts, by their SHA-256."""
    return (File("train-images-idx3-ubyte", train), File("t10k-images-idx3-ubyte", test))
